import multiprocessing as mp
from collections import Counter


def wait(x):
    seen = Counter()
    seen.tries = 0
    while not x.value:
        seen.tries += 1
        assert seen.tries < 3, "waited too long"


def give(x):
    x.value = 1


if __name__ == "__main__":
    mp.set_start_method("spawn")
    x = mp.RawValue("i", 0)
    ps = [mp.Process(target=wait, args=(x,)), mp.Process(target=give, args=(x,))]
    for p in ps: p.start()
    for p in ps: p.join()
