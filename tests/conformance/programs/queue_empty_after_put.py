"""What was put is not in the pipe at once: empty() may still say True."""

from multiprocessing import Queue


def main():
    queue = Queue()
    before = queue.empty()
    queue.put("a")
    return [before, queue.empty(), queue.qsize(), queue.full(), queue.get(), queue.empty(), queue.qsize()]
