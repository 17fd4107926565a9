"""A process that ends writes out what it has put; after join all of it is there."""

from multiprocessing import Process, Queue


def work(queue):
    queue.put(1)
    queue.put(2)


def main():
    queue = Queue()
    child = Process(target=work, args=(queue,))
    child.start()
    early = queue.empty()
    child.join()
    return [early, queue.empty(), queue.get(), queue.get()]
