import multiprocessing as mp
__turns = 0


def tick(v):
    global __turns
    while __turns < 3:
        __turns += 1
        v.value += 1
        v.value -= 1


def tock(w):
    global __turns
    while __turns < 3:
        __turns += 1
        w.value += 1
        w.value -= 1


if __name__ == "__main__":
    mp.set_start_method("spawn")
    v, w = mp.RawValue("i", 0), mp.RawValue("i", 0)
    ps = [mp.Process(target=tick, args=(v,)), mp.Process(target=tock, args=(w,))]
    for p in ps: p.start()
    for p in ps: p.join()
