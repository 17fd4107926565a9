"""Two getters with a timeout, one item."""

from multiprocessing import Array, Process, Queue
from queue import Empty


def work(queue, got, who):
    try:
        got[who] = queue.get(timeout=0.05)
    except Empty:
        got[who] = -1


def main():
    queue, got = Queue(), Array("i", 2)
    children = [Process(target=work, args=(queue, got, who)) for who in range(2)]
    for child in children:
        child.start()
    queue.put(7)
    for child in children:
        child.join()
    return got[:]
