import multiprocessing as mp
from functools import singledispatch


@singledispatch
def kind(x):
    return 0


class A: pass


def wait(x):
    while not x.value:
        n = kind(A())
        assert n < 3, "waited too long"
        kind.register(A)(lambda a, n=n: n + 1)
        n = 0


def give(x):
    x.value = 1


if __name__ == "__main__":
    mp.set_start_method("spawn")
    x = mp.RawValue("i", 0)
    ps = [mp.Process(target=wait, args=(x,)), mp.Process(target=give, args=(x,))]
    for p in ps: p.start()
    for p in ps: p.join()
