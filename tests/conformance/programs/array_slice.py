"""Slices of a synchronized Array are read and written whole."""

from multiprocessing import Array, Process


def work(cells):
    cells[:] = [7, 8, 9]


def main():
    cells = Array("i", [1, 2, 3])
    child = Process(target=work, args=(cells,))
    child.start()
    early = cells[:]
    part = cells[1:]
    child.join()
    return [early, part, cells[::2], len(cells), cells[-1]]
