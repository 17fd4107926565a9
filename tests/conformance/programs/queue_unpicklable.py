"""What cannot be pickled vanishes in the feeder, with a traceback there; what comes after it arrives."""

from multiprocessing import Queue


def main():
    queue = Queue()
    queue.put(lambda: 1)
    queue.put("second")
    return [queue.get(), queue.qsize()]
