"""Two semaphores make two processes take turns: the order is always the same."""

from multiprocessing import Array, Process, Semaphore, Value


def work(mine, other, log, at, who):
    for _ in range(2):
        mine.acquire()
        log[at.value] = who
        at.value += 1
        other.release()


def main():
    first, second, log, at = Semaphore(1), Semaphore(0), Array("i", 4), Value("i", 0)
    children = [
        Process(target=work, args=(first, second, log, at, 1)),
        Process(target=work, args=(second, first, log, at, 2)),
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return log[:]
