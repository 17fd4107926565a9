"""Main forks inside the lock that the child needs, and joins it there or outside."""

from multiprocessing import Lock, Process, Value


def main():
    lock, count = Lock(), Value("i", 0, lock=False)

    def work():
        with lock:
            count.value += 1

    one, two = Process(target=work), Process(target=work)
    one.start()
    with lock:
        two.start()
        before = count.value
    one.join()
    two.join()
    return [before, count.value]
