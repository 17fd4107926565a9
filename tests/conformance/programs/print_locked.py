"""Receipts under one lock stay whole."""

from multiprocessing import Lock, Process


def work(lock, name):
    with lock:
        print(name, 1)
        print(name, 2)


def main():
    lock = Lock()
    children = [Process(target=work, args=(lock, name)) for name in ("a", "b")]
    for child in children:
        child.start()
    for child in children:
        child.join()
