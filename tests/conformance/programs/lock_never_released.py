"""Two want it, nobody gives it back: the other waits for ever."""

from multiprocessing import Lock, Process, Value


def work(lock, last, who):
    lock.acquire()
    last.value = who


def main():
    lock, last = Lock(), Value("i", 0)
    children = [Process(target=work, args=(lock, last, who), daemon=True) for who in (1, 2)]
    for child in children:
        child.start()
    for child in children:
        child.join(0.1)
    return sorted(str(child.exitcode) for child in children)
