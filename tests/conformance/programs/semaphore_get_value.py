"""The count is read while others take and give back."""

from multiprocessing import Process, Semaphore


def work(places):
    with places:
        pass


def main():
    places = Semaphore(3)
    children = [Process(target=work, args=(places,)) for _ in range(2)]
    for child in children:
        child.start()
    early = places.get_value()
    for child in children:
        child.join()
    return [early, places.get_value()]
