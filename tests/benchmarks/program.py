"""The program that is timed under control; nobody starts it by hand."""

import sys
from multiprocessing import Lock, Process, Value


def work(lock, total, rounds):
    for _ in range(rounds):
        with lock:
            total.value += 1


def main(processes, rounds):
    lock, total = Lock(), Value("i", 0)
    children = [Process(target=work, args=(lock, total, rounds)) for _ in range(processes)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return total.value


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
