"""Taken twice, given back once: the other's attempt never succeeds."""

from multiprocessing import Array, Process, RLock


def work(lock, seen):
    seen[0] = int(lock.acquire(timeout=0.02))


def main():
    lock, seen = RLock(), Array("i", [9])
    lock.acquire()
    lock.acquire()
    child = Process(target=work, args=(lock, seen))
    child.start()
    lock.release()
    child.join()
    return seen[0]
