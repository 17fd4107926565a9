"""An item may come in time or not."""

from multiprocessing import Process, Queue
from queue import Empty


def work(queue):
    queue.put("late")


def main():
    queue = Queue()
    child = Process(target=work, args=(queue,))
    child.start()
    try:
        outcome = queue.get(timeout=0.04)
    except Empty:
        outcome = "Empty"
    child.join()
    return outcome
