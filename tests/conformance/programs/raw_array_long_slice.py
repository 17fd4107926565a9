"""A slice of a raw array is not written at once: a reader may see the middle of it."""

from multiprocessing import Process, RawArray

LENGTH = 20_000


def work(cells):
    cells[:] = [1] * LENGTH


def main():
    cells = RawArray("i", LENGTH)
    child = Process(target=work, args=(cells,))
    child.start()
    early = cells[:]
    child.join()
    return sorted(set(early))
