"""Two processes raise a Value whose lock guards each access but not the pair."""

from multiprocessing import Process, Value


def work(count):
    count.value += 1


def main():
    count = Value("i", 0)
    children = [Process(target=work, args=(count,)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return count.value
