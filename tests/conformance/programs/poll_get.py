"""Polling a queue of two putters."""

from multiprocessing import Process, Queue
from queue import Empty


def work(queue, name):
    queue.put(name)


def main():
    queue = Queue()
    children = [Process(target=work, args=(queue, name)) for name in "ab"]
    for child in children:
        child.start()
    seen = []
    while len(seen) < 2:
        try:
            seen.append(queue.get(timeout=0.01))
        except Empty:
            pass
    for child in children:
        child.join()
    return seen
