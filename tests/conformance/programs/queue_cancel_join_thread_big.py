"""The same with more than the pipe holds: half of it may be there, and a reader waits for the rest for ever."""

from multiprocessing import Process, Queue
from queue import Empty


def work(queue):
    queue.cancel_join_thread()
    queue.put("x" * 100_000)


def main():
    queue = Queue()
    child = Process(target=work, args=(queue,))
    child.start()
    child.join()
    try:
        return len(queue.get(timeout=0.05))
    except Empty:
        return "Empty"
