"""The feeder pickles later: what is changed after put may arrive changed."""

from multiprocessing import Queue


def main():
    queue = Queue()
    box = ["before"]
    queue.put(box)
    box.append("after")
    return queue.get()
