"""A daemon that waits for ever does not keep main from ending; another child would."""

from multiprocessing import Lock, Process


def work(lock):
    lock.acquire()


def main():
    lock = Lock()
    lock.acquire()
    Process(target=work, args=(lock,), daemon=True).start()
    return "over"
