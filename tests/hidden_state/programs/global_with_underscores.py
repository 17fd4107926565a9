import multiprocessing as mp
__tries = 0


def wait(flag):
    global __tries
    while not flag.value:
        __tries += 1
        assert __tries < 3, "waited too long"


def give(flag):
    flag.value = 1


if __name__ == "__main__":
    mp.set_start_method("spawn")
    flag = mp.Value("i", 0)
    ps = [mp.Process(target=wait, args=(flag,)), mp.Process(target=give, args=(flag,))]
    for p in ps: p.start()
    for p in ps: p.join()
