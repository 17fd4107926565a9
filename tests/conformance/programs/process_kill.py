"""kill after the child has begun, while it waits for a lock that nobody gives back."""

from multiprocessing import Lock, Process, RawValue


def work(lock, flag):
    flag.value = 1
    lock.acquire()


def main():
    lock, flag = Lock(), RawValue("i", 0)
    lock.acquire()
    child = Process(target=work, args=(lock, flag))
    child.start()
    child.kill()
    child.join()
    return [child.exitcode, flag.value]
