"""The methods of a Lock cannot be pickled, those of a Queue can."""

from multiprocessing import Lock, Process, Queue, Semaphore


def attempt(target, args=()):
    try:
        child = Process(target=target, args=args)
        child.start()
        child.join()
        return child.exitcode
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def main():
    lock, queue, sem = Lock(), Queue(), Semaphore(1)
    return [attempt(lock.acquire), attempt(sem.release), attempt(queue.put, ("a",)), queue.get()]
