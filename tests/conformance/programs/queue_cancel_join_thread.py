"""After cancel_join_thread a process ends without waiting for its feeder: the item may be lost."""

from multiprocessing import Process, Queue
from queue import Empty


def work(queue):
    queue.cancel_join_thread()
    queue.put("item")


def main():
    queue = Queue()
    child = Process(target=work, args=(queue,))
    child.start()
    child.join()
    try:
        return queue.get(timeout=0.05)
    except Empty:
        return "Empty"
