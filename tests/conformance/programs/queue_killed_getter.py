"""A getter killed while it waits keeps the read lock: the queue is dead."""

from multiprocessing import Process, Queue
from queue import Empty


def work(queue):
    queue.get()


def main():
    queue = Queue()
    child = Process(target=work, args=(queue,))
    child.start()
    child.terminate()
    child.join()
    queue.put("item")
    try:
        return [queue.get(timeout=0.1), child.exitcode]
    except Empty:
        return ["Empty", child.exitcode]
