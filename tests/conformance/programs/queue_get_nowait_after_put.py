"""get_nowait right after put finds the item or says Empty."""

from multiprocessing import Queue
from queue import Empty


def main():
    queue = Queue()
    queue.put("a")
    try:
        return queue.get_nowait()
    except Empty:
        return "Empty"
