"""A global set in main before start: a forked child has it, a spawned one imports the file afresh."""

from multiprocessing import Process, Value

FACTOR = 1


def work(seen):
    seen.value = FACTOR


def main():
    global FACTOR
    FACTOR = 2
    seen = Value("i", 0)
    child = Process(target=work, args=(seen,))
    child.start()
    child.join()
    return [FACTOR, seen.value]
