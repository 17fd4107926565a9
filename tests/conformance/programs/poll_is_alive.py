"""Two raise a counter without its lock while main polls for their end."""

import time
from multiprocessing import Process, Value


def work(count):
    count.value += 1


def main():
    count = Value("i", 0)
    children = [Process(target=work, args=(count,)) for _ in range(2)]
    for child in children:
        child.start()
    while any(child.is_alive() for child in children):
        time.sleep(0.001)
    return count.value
