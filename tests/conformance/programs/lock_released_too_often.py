"""Releasing a free Lock fails; of two releases of one acquire only the first goes well."""

from multiprocessing import Array, Lock, Process


def work(lock, failed, who):
    try:
        lock.release()
    except ValueError as error:
        assert str(error) == "semaphore or lock released too many times", error
        failed[who] = 1


def main():
    lock, failed = Lock(), Array("i", 2)
    lock.acquire()
    children = [Process(target=work, args=(lock, failed, who)) for who in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return failed[:]
