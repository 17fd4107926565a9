"""One process raises under the lock of the Value, the other does not."""

from multiprocessing import Process, Value


def careful(count):
    with count.get_lock():
        seen = count.value
        count.value = seen + 1


def careless(count):
    seen = count.value
    count.value = seen + 1


def main():
    count = Value("i", 0, lock=True)
    children = [Process(target=careful, args=(count,)), Process(target=careless, args=(count,))]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return count.value
