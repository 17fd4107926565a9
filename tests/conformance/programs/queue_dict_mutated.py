"""A dict that is filled again and again and put each time."""

from multiprocessing import Process, Queue


def work(queue):
    order = {}
    for number in range(2):
        order["n"] = number
        queue.put(order)
    order.clear()


def main():
    queue = Queue()
    child = Process(target=work, args=(queue,))
    child.start()
    seen = [queue.get(), queue.get()]
    child.join()
    return seen
