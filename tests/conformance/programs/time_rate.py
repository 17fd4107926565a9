"""So many per second: a division by the time that passed."""

import time
from multiprocessing import Process, Value


def work(count):
    for _ in range(2):
        with count.get_lock():
            count.value += 1


def main():
    count = Value("i", 0)
    start = time.time()
    children = [Process(target=work, args=(count,)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    rate = count.value / (time.time() - start)
    return rate > 0
