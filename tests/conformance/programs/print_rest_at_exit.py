"""What is left in the buffer without a newline is written when the process ends."""

from multiprocessing import Process


def work(name):
    print(name, end="")


def main():
    print("main", end=" ")
    children = [Process(target=work, args=(name,)) for name in ("a", "b")]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print("!")
