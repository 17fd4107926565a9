"""An RLock may be taken again by its holder and is free after as many releases."""

from multiprocessing import Process, RLock, Value


def work(lock, count):
    with lock:
        seen = count.value
        with lock:
            count.value = seen + 1


def main():
    lock, count = RLock(), Value("i", 0)
    children = [Process(target=work, args=(lock, count)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return count.value
