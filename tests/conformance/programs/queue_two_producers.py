"""Each producer's items stay in order; how they mix is open."""

from multiprocessing import Process, Queue


def work(queue, items):
    for item in items:
        queue.put(item)


def main():
    queue = Queue()
    children = [Process(target=work, args=(queue, items)) for items in ("ab", "xy")]
    for child in children:
        child.start()
    got = "".join(queue.get() for _ in range(4))
    for child in children:
        child.join()
    return got
