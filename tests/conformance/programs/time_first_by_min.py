"""The name of the fastest, by the time it noted."""

import time
from multiprocessing import Process, Queue


def work(queue, name):
    queue.put((time.time(), name))


def main():
    queue = Queue()
    children = [Process(target=work, args=(queue, name)) for name in "ab"]
    for child in children:
        child.start()
    seen = [queue.get() for _ in children]
    for child in children:
        child.join()
    return min(seen)[1]
