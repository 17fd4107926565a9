"""A forked child is killed while it may hold the lock that it has from its parent."""

from multiprocessing import Lock, Process


def main():
    lock = Lock()

    def work():
        with lock:
            pass

    child = Process(target=work)
    child.start()
    child.terminate()
    child.join()
    return [child.exitcode, lock.acquire(timeout=0.05)]
