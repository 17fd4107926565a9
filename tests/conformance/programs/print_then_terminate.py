"""A terminated process loses what waits in its buffer, never what it has written."""

from multiprocessing import Process


def work():
    print("whole")
    print("part", end="")


def main():
    child = Process(target=work)
    child.start()
    child.terminate()
    child.join()
    return child.exitcode
