"""Value without a lock is raw; it has no get_lock."""

from multiprocessing import Process, Value


def work(count, amount):
    count.value += amount


def main():
    count = Value("i", 0, lock=False)
    children = [Process(target=work, args=(count, amount)) for amount in (1, 10)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return [count.value, hasattr(count, "get_lock")]
