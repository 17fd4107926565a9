"""Memory is not shared: what a child adds to a global list stays with it."""

from multiprocessing import Process

RESULTS = []


def work(number):
    RESULTS.append(number)


def main():
    children = [Process(target=work, args=(number,)) for number in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return RESULTS
