"""One write of the whole text with its newline."""

import sys
from multiprocessing import Process


def work(name):
    sys.stdout.write(f"{name}1\n{name}2\n")


def main():
    children = [Process(target=work, args=(name,)) for name in ("a", "b")]
    for child in children:
        child.start()
    for child in children:
        child.join()
