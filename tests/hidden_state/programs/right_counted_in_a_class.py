import multiprocessing as mp


class Turns:
    count = 0


def tick(v):
    while Turns.count < 3:
        Turns.count += 1
        v.value += 1
        v.value -= 1


def tock(w):
    while Turns.count < 3:
        Turns.count += 1
        w.value += 1
        w.value -= 1


if __name__ == "__main__":
    v, w = mp.RawValue("i", 0), mp.RawValue("i", 0)
    ps = [mp.Process(target=tick, args=(v,)), mp.Process(target=tock, args=(w,))]
    for p in ps: p.start()
    for p in ps: p.join()
