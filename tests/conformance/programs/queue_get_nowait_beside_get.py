"""A blocked get holds the read lock, so that get_nowait may say Empty while an item is there."""

from multiprocessing import Array, Process, Queue
from queue import Empty


def patient(queue, got):
    got[0] = queue.get()


def hasty(queue, got):
    try:
        got[1] = queue.get_nowait()
    except Empty:
        got[1] = -1


def main():
    queue, got = Queue(), Array("i", 2)
    queue.put(1)
    queue.put(2)
    children = [Process(target=patient, args=(queue, got)), Process(target=hasty, args=(queue, got))]
    for child in children:
        child.start()
    for child in children:
        child.join()
    left = queue.get(timeout=0.1) if got[1] == -1 else 0
    return [got[:], left]
