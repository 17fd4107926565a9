"""Room is counted when something is put, not when it is in the pipe."""

from multiprocessing import Queue
from queue import Full


def main():
    queue = Queue(maxsize=2)
    log = []
    for item in range(3):
        try:
            queue.put(item, block=False)
            log.append([queue.qsize(), queue.full()])
        except Full:
            log.append("Full")
    return [log, queue.get(), queue.full(), queue.get()]
