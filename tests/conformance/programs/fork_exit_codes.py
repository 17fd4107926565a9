"""How forked children end: by themselves, by exit codes, by an exception, past everything."""

import os
import sys
from multiprocessing import Process


def main():
    def fails():
        raise ValueError("no")

    ends = [lambda: None, lambda: sys.exit(3), lambda: sys.exit("text"), lambda: os._exit(4), fails]
    children = [Process(target=end) for end in ends]
    for child in children:
        child.start()
        child.join()
    return [child.exitcode for child in children]
