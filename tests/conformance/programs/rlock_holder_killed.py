"""A process that holds an RLock twice and ends: nobody else gets it."""

from multiprocessing import Process, RLock


def work(lock):
    lock.acquire()
    lock.acquire()
    lock.release()


def main():
    lock = RLock()
    child = Process(target=work, args=(lock,))
    child.start()
    early = lock.acquire(block=False)
    if early:
        lock.release()
    child.join()
    return [early, lock.acquire(timeout=0.05), repr(lock), child.exitcode]
