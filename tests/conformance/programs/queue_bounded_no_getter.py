"""A bounded queue is full and nobody gets."""

from multiprocessing import Queue


def main():
    queue = Queue(1)
    queue.put(1)
    queue.put(2)
    return "never"
