"""Elements of an Array are read one by one: a mixture may be seen."""

from multiprocessing import Array, Process


def work(cells):
    cells[0] = 1
    cells[1] = 1


def main():
    cells = Array("i", 2)
    child = Process(target=work, args=(cells,))
    child.start()
    early = [cells[1], cells[0]]
    child.join()
    return [early, cells[:]]
