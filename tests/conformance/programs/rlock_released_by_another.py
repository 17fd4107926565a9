"""An RLock has an owner: another's release fails, whether or not the owner still holds it."""

from multiprocessing import Process, RLock, Value


def work(lock, failed):
    try:
        lock.release()
    except AssertionError as error:
        failed.value = int(str(error) == "attempt to release recursive lock not owned by thread")


def main():
    lock, failed = RLock(), Value("i", 0)
    lock.acquire()
    child = Process(target=work, args=(lock, failed))
    child.start()
    lock.release()
    child.join()
    return failed.value
