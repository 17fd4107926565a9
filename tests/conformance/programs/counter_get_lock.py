"""Two processes raise a Value under its own lock: nothing is lost."""

from multiprocessing import Process, Value


def work(count):
    with count.get_lock():
        count.value += 1


def main():
    count = Value("i", 0)
    children = [Process(target=work, args=(count,)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return count.value
