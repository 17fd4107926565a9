"""What cannot be pickled while the process ends takes the rest along."""

from multiprocessing import Process, Queue
from queue import Empty


def work(q):
    q.put(lambda: 1)
    q.put("second")


def main():
    q = Queue()
    a = Process(target=work, args=(q,))
    a.start()
    a.join()
    try:
        return q.get(timeout=0.1)
    except Empty:
        return "Empty"
