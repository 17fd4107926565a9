"""Half a line, flushed, and the rest of it later."""

import functools
from multiprocessing import Process

print = functools.partial(print, flush=True)


def work(name):
    print(name, end=" ")
    print(name)


def main():
    children = [Process(target=work, args=(name,)) for name in "ab"]
    for child in children:
        child.start()
    for child in children:
        child.join()
