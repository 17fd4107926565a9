"""Two receipts of two lines: lines of different receipts mix, lines do not."""

from multiprocessing import Process


def work(name):
    print(name, 1)
    print(name, 2)


def main():
    children = [Process(target=work, args=(name,)) for name in ("a", "b")]
    for child in children:
        child.start()
    for child in children:
        child.join()
