"""Both try; whether the second finds it taken depends on whether the first is out again."""

from multiprocessing import Array, Lock, Process


def work(lock, got, who):
    if lock.acquire(block=False):
        got[who] = 1
        lock.release()


def main():
    lock, got = Lock(), Array("i", 2)
    children = [Process(target=work, args=(lock, got, who)) for who in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return got[:]
