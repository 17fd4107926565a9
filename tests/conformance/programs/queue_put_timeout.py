"""Waiting for room for a time."""

from multiprocessing import Process, Queue
from queue import Full


def work(queue):
    queue.get()


def main():
    queue = Queue(1)
    queue.put("a")
    child = Process(target=work, args=(queue,))
    child.start()
    try:
        queue.put("b", timeout=0.03)
        outcome = "fits"
    except Full:
        outcome = "Full"
    child.join()
    return [outcome, queue.qsize()]
