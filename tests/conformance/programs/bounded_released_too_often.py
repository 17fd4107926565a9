"""A BoundedSemaphore refuses more releases than acquires; two release what one took."""

from multiprocessing import Array, BoundedSemaphore, Process


def work(places, failed, who):
    try:
        places.release()
    except ValueError as error:
        assert str(error) == "semaphore or lock released too many times", error
        failed[who] = 1


def main():
    places, failed = BoundedSemaphore(2), Array("i", 2)
    places.acquire()
    children = [Process(target=work, args=(places, failed, who)) for who in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return [failed[:], places.get_value()]
