"""What the constructors and methods refuse, as text."""

from multiprocessing import BoundedSemaphore, Lock, Semaphore


def attempt(call):
    try:
        return str(call())
    except (TypeError, ValueError, OSError) as error:
        return type(error).__name__


def main():
    lock = Lock()
    return [
        attempt(lambda: Semaphore(-1)),
        attempt(lambda: lock.acquire(True, "soon")),
        attempt(lambda: BoundedSemaphore(1).release()),
        attempt(lambda: lock.release()),
    ]
