"""A process that is terminated while it holds a lock never gives it back."""

from multiprocessing import Lock, Process


def work(lock):
    with lock:
        pass


def main():
    lock = Lock()
    child = Process(target=work, args=(lock,))
    child.start()
    child.terminate()
    child.join()
    return [child.exitcode, lock.acquire(timeout=0.05)]
