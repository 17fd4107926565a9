"""A child starts a child; each waits for its own."""

from multiprocessing import Process, Value


def inner(count):
    count.value += 1


def outer(count):
    child = Process(target=inner, args=(count,))
    child.start()
    count.value += 1
    child.join()


def main():
    count = Value("i", 0)
    child = Process(target=outer, args=(count,))
    child.start()
    child.join()
    return count.value
