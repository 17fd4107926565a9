"""The child waits a while for a lock that main holds and gives back at some time."""

from multiprocessing import Lock, Process, Value


def work(lock, got):
    got.value = int(lock.acquire(timeout=0.03))


def main():
    lock, got = Lock(), Value("i", 9)
    lock.acquire()
    child = Process(target=work, args=(lock, got))
    child.start()
    lock.release()
    child.join()
    return [got.value, lock.acquire(timeout=0)]
