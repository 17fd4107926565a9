import multiprocessing as mp


def ready(x):
    return x.value


def wait(x):
    while not any(map(ready, [x, x, x])):
        assert False, "asked three times"


def give(x):
    x.value = 1


if __name__ == "__main__":
    mp.set_start_method("spawn")
    x = mp.RawValue("i", 0)
    ps = [mp.Process(target=wait, args=(x,)), mp.Process(target=give, args=(x,))]
    for p in ps: p.start()
    for p in ps: p.join()
