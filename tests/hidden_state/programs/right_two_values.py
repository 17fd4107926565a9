import multiprocessing as mp


def wait(x):
    a = b = 0
    while True:
        a = x.value
        b = x.value
        if a == 1 and b == 1:
            return
        a = b = 0


def give(x):
    x.value = 1


if __name__ == "__main__":
    mp.set_start_method("spawn")
    x = mp.RawValue("i", 0)
    ps = [mp.Process(target=wait, args=(x,)), mp.Process(target=give, args=(x,))]
    for p in ps: p.start()
    for p in ps: p.join()
