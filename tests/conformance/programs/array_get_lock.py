"""Two processes each move one between the two ends of an Array, one of them without the lock."""

from multiprocessing import Array, Process


def careful(cells):
    with cells.get_lock():
        cells[0] -= 1
        cells[1] += 1


def reader(cells, seen):
    seen[:] = cells[:]


def main():
    cells, seen = Array("i", [3, 0]), Array("i", 2)
    children = [Process(target=careful, args=(cells,)), Process(target=reader, args=(cells, seen))]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return [cells[:], seen[:]]
