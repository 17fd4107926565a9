"""A try for an RLock: the holder always succeeds, another only when it is free."""

from multiprocessing import Array, Process, RLock


def work(lock, seen):
    seen[0] = int(lock.acquire(block=False))


def main():
    lock, seen = RLock(), Array("i", 2)
    lock.acquire()
    child = Process(target=work, args=(lock, seen))
    child.start()
    seen[1] = int(lock.acquire(block=False))
    lock.release()
    lock.release()
    child.join()
    return seen[:]
