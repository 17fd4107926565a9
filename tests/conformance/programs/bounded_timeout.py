"""A place may come free in time or not."""

from multiprocessing import BoundedSemaphore, Process, Value


def work(places, got):
    if places.acquire(True, 0.03):
        got.value += 1
        places.release()


def main():
    places, got = BoundedSemaphore(1), Value("i", 0)
    places.acquire()
    child = Process(target=work, args=(places, got))
    child.start()
    places.release()
    child.join()
    return [got.value, places.acquire(block=False)]
