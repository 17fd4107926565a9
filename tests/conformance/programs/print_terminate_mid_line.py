"""Half a line was flushed when the process was killed; the rest is lost."""

from multiprocessing import Process


def work():
    print("half", end="", flush=True)
    print(" rest")


def main():
    child = Process(target=work)
    child.start()
    child.terminate()
    child.join()
    print("|end")
