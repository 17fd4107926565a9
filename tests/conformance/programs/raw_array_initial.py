"""A raw array from a list; slices of it, one writer and one reader of different parts."""

from multiprocessing import Process, RawArray


def work(cells):
    cells[0:2] = [10, 20]


def main():
    cells = RawArray("i", [1, 2, 3, 4])
    child = Process(target=work, args=(cells,))
    child.start()
    cells[3] = 40
    early = cells[2:]
    child.join()
    return [early, cells[:]]
