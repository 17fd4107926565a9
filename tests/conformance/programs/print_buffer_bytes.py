"""Bytes past the text layer: no line buffering."""

import os
import sys
from multiprocessing import Process


def work(size):
    sys.stdout.buffer.write(b"x" * size)
    os._exit(0)


def main():
    child = Process(target=work, args=(20,))
    child.start()
    child.join()
    child = Process(target=work, args=(3000,))
    child.start()
    child.join()
    print("end")
