"""The place of an item that vanished is given back, sooner or later."""

from multiprocessing import Queue
from queue import Full


def main():
    queue = Queue(1)
    queue.put(lambda: 1)
    try:
        queue.put("second", block=False)
    except Full:
        return "Full"
    return queue.get()
