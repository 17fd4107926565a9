"""A daemon is terminated when main ends, done or not."""

from multiprocessing import Process


def work():
    print("one")
    print("two")


def main():
    Process(target=work, daemon=True).start()
    return "over"
