"""Parts without a newline wait in the buffer for the end of their line, unless flushed."""

import sys
from multiprocessing import Process


def buffered():
    print("a", end="")
    print("b", end="")
    print("c")


def flushed():
    print("x", end="", flush=True)
    sys.stdout.write("y\n")


def main():
    children = [Process(target=buffered), Process(target=flushed)]
    for child in children:
        child.start()
    for child in children:
        child.join()
