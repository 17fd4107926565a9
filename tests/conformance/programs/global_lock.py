"""A lock made at import: one for all under fork, one for each process under spawn."""

from multiprocessing import Lock, Process, RawValue

LOCK = Lock()


def work(count):
    with LOCK:
        seen = count.value
        count.value = seen + 1


def main():
    count = RawValue("i", 0)
    children = [Process(target=work, args=(count,)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return count.value
