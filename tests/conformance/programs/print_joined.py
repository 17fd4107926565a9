"""One print of a text with newlines inside; its last newline is a second write."""

from multiprocessing import Process


def work(name):
    print(f"{name}1\n{name}2")


def main():
    children = [Process(target=work, args=(name,)) for name in ("a", "b")]
    for child in children:
        child.start()
    for child in children:
        child.join()
