"""The rest of a line that main leaves behind, and a child that nobody joins."""

from multiprocessing import Process


def work():
    print("child")


def main():
    Process(target=work).start()
    print("main", end=" ")
