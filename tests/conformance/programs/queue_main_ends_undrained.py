"""Main itself cannot end while its feeder has more than the pipe holds."""

from multiprocessing import Queue


def main():
    queue = Queue()
    queue.put("x" * 100_000)
    return "returned"
