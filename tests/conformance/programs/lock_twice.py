"""A Lock taken twice by one process: nobody else can give it back."""

from multiprocessing import Lock


def main():
    lock = Lock()
    with lock:
        with lock:
            return "never"
