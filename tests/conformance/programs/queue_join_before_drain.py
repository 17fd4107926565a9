"""More than the pipe holds: the child cannot end before somebody reads."""

from multiprocessing import Process, Queue


def work(queue):
    queue.put("x" * 100_000)


def main():
    queue = Queue()
    child = Process(target=work, args=(queue,))
    child.start()
    child.join()
    return len(queue.get())
