"""A Lock has no owner: the child gives back what main took."""

from multiprocessing import Lock, Process


def work(lock):
    lock.release()


def main():
    lock = Lock()
    lock.acquire()
    child = Process(target=work, args=(lock,))
    child.start()
    early = lock.acquire(block=False)
    child.join()
    return [early, lock.acquire(block=False)]
