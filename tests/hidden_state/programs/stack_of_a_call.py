import multiprocessing as mp


def wait(flag):
    tries = [0]
    while tries[0] < 3:
        tries.append(tries.pop() + 1 + flag.value * 100)
    assert tries[0] >= 100, "waited too long"


def give(flag):
    flag.value = 1


if __name__ == "__main__":
    mp.set_start_method("spawn")
    flag = mp.Value("i", 0)
    ps = [mp.Process(target=wait, args=(flag,)), mp.Process(target=give, args=(flag,))]
    for p in ps: p.start()
    for p in ps: p.join()
