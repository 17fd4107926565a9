"""Items that fill the pipe only together; the getter may be ahead or not."""

from multiprocessing import Process, Queue


def work(queue, size):
    queue.put("x" * size)


def main():
    queue = Queue()
    children = [Process(target=work, args=(queue, size)) for size in (30_000, 40_000)]
    for child in children:
        child.start()
    children[0].join()
    sizes = [len(queue.get())]
    children[1].join()
    return [*sizes, len(queue.get())]
