import multiprocessing as mp


def range(limit):
    tries = 0
    while tries < limit:
        yield 0
        tries += 1


def wait(x):
    while not x.value:
        for attempt in range(3):
            if x.value:
                return
        raise TimeoutError("gave up")


def give(x):
    x.value = 1


if __name__ == "__main__":
    mp.set_start_method("spawn")
    x = mp.RawValue("i", 0)
    ps = [mp.Process(target=wait, args=(x,)), mp.Process(target=give, args=(x,))]
    for p in ps: p.start()
    for p in ps: p.join()
