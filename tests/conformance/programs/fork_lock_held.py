"""Main holds a lock and an RLock when it forks: the child finds both taken, and can give back the lock alone."""

from multiprocessing import Lock, Process, RLock, SimpleQueue


def main():
    lock, rlock, results = Lock(), RLock(), SimpleQueue()

    def work():
        found = [lock.acquire(block=False), rlock.acquire(block=False)]
        try:
            rlock.release()
        except AssertionError as error:
            found.append(str(error))
        lock.release()
        found.append(lock.acquire(block=False))
        results.put(found)

    lock.acquire()
    rlock.acquire()
    child = Process(target=work)
    child.start()
    child.join()
    rlock.release()
    return [results.get(), lock.acquire(block=False)]
