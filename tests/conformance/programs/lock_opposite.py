"""Two locks taken in opposite orders."""

from multiprocessing import Lock, Process


def work(first, second):
    with first:
        with second:
            pass


def main():
    alice, bob = Lock(), Lock()
    children = [Process(target=work, args=(alice, bob)), Process(target=work, args=(bob, alice))]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return "done"
