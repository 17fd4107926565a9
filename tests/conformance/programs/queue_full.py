"""put_nowait on a full queue; a getter may make room in time."""

from multiprocessing import Process, Queue
from queue import Full


def work(queue, seen):
    seen.put(queue.get())


def main():
    queue, seen = Queue(1), Queue()
    child = Process(target=work, args=(queue, seen))
    child.start()
    queue.put(1)
    try:
        queue.put_nowait(2)
        outcome = "fits"
    except Full:
        outcome = "Full"
    child.join()
    return [outcome, seen.get(), queue.qsize()]
