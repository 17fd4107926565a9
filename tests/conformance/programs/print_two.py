"""Two processes print a line each, main another."""

from multiprocessing import Process


def work(name):
    print(name)


def main():
    children = [Process(target=work, args=(name,)) for name in ("a", "b")]
    for child in children:
        child.start()
    print("main")
    for child in children:
        child.join()
