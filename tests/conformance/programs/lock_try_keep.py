"""Both try and keep it: exactly one has it, and the loser goes on."""

from multiprocessing import Array, Lock, Process


def work(lock, got, who):
    got[who] = int(lock.acquire(False))


def main():
    lock, got = Lock(), Array("i", [9, 9])
    children = [Process(target=work, args=(lock, got, who)) for who in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return [got[:], lock.acquire(block=False)]
