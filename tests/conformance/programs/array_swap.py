"""Two swap elements by one statement."""

from multiprocessing import Array, Process


def work(cells, i, j):
    cells[i], cells[j] = cells[j], cells[i]


def main():
    cells = Array("i", [1, 2, 3])
    children = [Process(target=work, args=(cells, 0, 1)), Process(target=work, args=(cells, 1, 2))]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return cells[:]
