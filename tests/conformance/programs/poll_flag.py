"""Main polls a flag that is set too early."""

import time
from multiprocessing import Process, Value


def work(flag, result):
    flag.value = 1
    result.value = 42


def main():
    flag, result = Value("i", 0), Value("i", 0)
    child = Process(target=work, args=(flag, result))
    child.start()
    while not flag.value:
        time.sleep(0.001)
    seen = result.value
    child.join()
    return seen
