"""Two processes raise a raw value: reads and writes interleave."""

from multiprocessing import Process, RawValue


def work(count):
    for _ in range(2):
        count.value += 1


def main():
    count = RawValue("i", 0)
    children = [Process(target=work, args=(count,)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return count.value
