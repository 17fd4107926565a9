"""A child that was never joined is joined when main ends."""

from multiprocessing import Process


def work():
    print("child")


def main():
    Process(target=work).start()
    print("main")
    return "over"
