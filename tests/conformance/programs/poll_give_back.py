"""Two take two locks in opposite orders, each giving back the first and trying again while it cannot have both."""

import time
from multiprocessing import Lock, Process, Value


def work(mine, other, total, amount):
    while True:
        with mine:
            time.sleep(0.001)
            if other.acquire(block=False):
                total.value = total.value * 2 + amount
                other.release()
                return


def main():
    a, b, total = Lock(), Lock(), Value("i", 0)
    children = [
        Process(target=work, args=(a, b, total, 1)),
        Process(target=work, args=(b, a, total, 2)),
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return total.value
