"""Exit codes as CPython gives them."""

import sys
from multiprocessing import Process


def fails():
    raise ValueError("a bad order")


def leaves(code):
    sys.exit(code)


def main():
    children = [Process(target=fails)] + [Process(target=leaves, args=(code,)) for code in (None, 0, 3, "a text")]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return [child.exitcode for child in children]
