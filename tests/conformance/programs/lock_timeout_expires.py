"""Nobody gives the lock back: waiting for a time ends with False, and a negative time is no time."""

from multiprocessing import Lock


def main():
    lock = Lock()
    first = lock.acquire(timeout=0.05)
    return [first, lock.acquire(timeout=0.02), lock.acquire(timeout=0), lock.acquire(True, -1), lock.acquire(False)]
