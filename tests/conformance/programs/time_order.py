"""Whether a began before b, from the times they noted, and whether times are ever equal."""

import time
from multiprocessing import Process, Value


def work(when):
    when.value = time.time()


def main():
    a, b = Value("d", 0), Value("d", 0)
    children = [Process(target=work, args=(when,)) for when in (a, b)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return [a.value < b.value, a.value > b.value]
