import multiprocessing as mp
import time


def wait(flag, stats):
    while not stats["ready"]:
        stats["tries"] = stats.pop("tries") + 1 - 10 * flag.value
        if stats["tries"] < 0:
            stats["ready"] = True
        if stats["tries"] == 3:
            raise TimeoutError("gave up")


def give(flag):
    flag.value = 1


if __name__ == "__main__":
    v = mp.Value("i", 0)
    ps = [mp.Process(target=give, args=(v,)), mp.Process(target=wait, args=(v, {"ready": False, "tries": 0}))]
    for p in ps: p.start()
    for p in ps: p.join()
