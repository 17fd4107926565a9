"""A process killed inside a synchronized access leaves the lock held."""

from multiprocessing import Process, Semaphore, Value


def work(v, here):
    here.release()
    for _ in range(12):
        v.value = 1


def main():
    v = Value("i", 0)
    here = Semaphore(0)
    a = Process(target=work, args=(v, here))
    a.start()
    here.acquire()
    a.terminate()
    a.join()
    return v.value >= 0
