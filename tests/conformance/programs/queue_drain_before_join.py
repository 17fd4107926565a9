"""The same, read first."""

from multiprocessing import Process, Queue


def work(queue):
    queue.put("x" * 100_000)


def main():
    queue = Queue()
    child = Process(target=work, args=(queue,))
    child.start()
    size = len(queue.get())
    child.join()
    return [size, child.exitcode]
