"""Sleeping makes an order likely, never sure."""

import time
from multiprocessing import Array, Process, Value


def work(log, at, who, seconds):
    time.sleep(seconds)
    with at.get_lock():
        log[at.value] = who
        at.value += 1


def main():
    log, at = Array("i", 2), Value("i", 0)
    children = [Process(target=work, args=(log, at, who, seconds)) for who, seconds in ((1, 0.002), (2, 0.001))]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return log[:]
