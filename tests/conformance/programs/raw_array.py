"""Two processes write neighbouring elements of a raw array, then read the other's."""

from multiprocessing import Process, RawArray


def work(cells, who):
    cells[who] = who + 1
    cells[2 + who] = cells[1 - who]


def main():
    cells = RawArray("i", 4)
    children = [Process(target=work, args=(cells, who)) for who in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return list(cells)
