"""A Semaphore takes more releases than acquires."""

from multiprocessing import Process, Semaphore


def work(places):
    places.release()
    places.release()


def main():
    places = Semaphore(0)
    child = Process(target=work, args=(places,))
    child.start()
    early = places.acquire(block=False)
    places.acquire()
    child.join()
    return [early, places.get_value()]
