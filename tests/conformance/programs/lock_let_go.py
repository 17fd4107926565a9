"""A lock that its maker lets go of before the process that needs it has begun: under spawn that may be too late."""

from multiprocessing import Lock, Process


def work(lock):
    with lock:
        pass


def start():
    process = Process(target=work, args=(Lock(),))
    process.start()
    return process


def main():
    process = start()
    process.join()
    return process.exitcode
