"""A forked daemon that waits for what main holds is ended with main."""

from multiprocessing import Lock, Process


def main():
    lock = Lock()
    lock.acquire()
    child = Process(target=lambda: print("begun") or lock.acquire(), daemon=True)
    child.start()
    child.join(0.05)
    print("main")
