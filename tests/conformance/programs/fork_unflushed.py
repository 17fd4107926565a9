"""What main has printed without a line end when it forks comes once, whoever goes on with the line."""

import sys
from multiprocessing import Process


def main():
    print("a", end="")
    sys.stdout.buffer.write(b"b")
    child = Process(target=lambda: print("c", end=" "))
    child.start()
    print("d", end=" ")
    child.join()
    print("e")
