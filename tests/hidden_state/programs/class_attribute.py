import multiprocessing as mp


class Stats:
    tries = 0


def give(flag):
    flag.value = 1


def wait(flag):
    while not flag.value:
        Stats.tries += 1
        assert Stats.tries < 3, "waited too long"


if __name__ == "__main__":
    flag = mp.Value("i", 0)
    p = mp.Process(target=give, args=(flag,))
    p.start()
    wait(flag)
    p.join()
