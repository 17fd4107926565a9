"""A SimpleQueue has no feeder: what is put is there, and each item has one taker."""

from multiprocessing import Array, Process, SimpleQueue


def work(queue, got, who):
    got[who] = queue.get()


def main():
    queue, got = SimpleQueue(), Array("i", 2)
    queue.put(1)
    queue.put(2)
    empty = queue.empty()
    children = [Process(target=work, args=(queue, got, who)) for who in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return [empty, got[:], queue.empty()]
