"""Both put more than the pipe holds into each other's queue before they read."""

from multiprocessing import Process, SimpleQueue


def work(mine, other):
    other.put("x" * 100_000)
    mine.get()


def main():
    first, second = SimpleQueue(), SimpleQueue()
    children = [Process(target=work, args=(first, second)), Process(target=work, args=(second, first))]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return "never"
