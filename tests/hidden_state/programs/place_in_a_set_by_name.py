from multiprocessing import Lock, Process, Value
from operator import methodcaller


def work(locks, stop, got):
    take = methodcaller("pop")
    free, number = {1, 2, 3, 4}, None
    while not stop.value:
        number = take(free)  # goes on where it stopped the last time, and finds another one
        methodcaller("add", number)(free)
        if locks[number].acquire(block=False):
            got.value = number
            break
        number = None


if __name__ == "__main__":
    locks = [Lock() for _ in range(5)]
    stop, got = Value("i", 0), Value("i", 0)
    for number in (1, 2, 3):
        locks[number].acquire()
    child = Process(target=work, args=(locks, stop, got))
    child.start()
    stop.value = 1
    child.join()
    assert got.value == 0
