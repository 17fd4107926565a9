import multiprocessing as mp
import time


def ready(flag):
    time.sleep(0.1)
    return flag.value == 1


def wait(flag, turns):
    while turns:
        first, *turns = turns
        if not any(map(ready, [flag] * 3)):
            raise TimeoutError("asked three times, and it was not ready")


def give(flag):
    flag.value = 1


if __name__ == "__main__":
    v = mp.Value("i", 0)
    ps = [mp.Process(target=give, args=(v,)), mp.Process(target=wait, args=(v, [1]))]
    for p in ps: p.start()
    for p in ps: p.join()
