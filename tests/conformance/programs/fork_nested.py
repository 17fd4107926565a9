"""A forked child forks another one: both raise the same number, which nobody guards."""

from multiprocessing import Process, RawValue


def main():
    count = RawValue("i", 0)

    def inner():
        count.value += 1

    def outer():
        child = Process(target=inner)
        child.start()
        count.value += 10
        child.join()

    child = Process(target=outer)
    child.start()
    child.join()
    return count.value
