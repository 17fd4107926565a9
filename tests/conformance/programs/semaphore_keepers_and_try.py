"""Two keepers and a try on two places: the try may come first, between, or last."""

from multiprocessing import Array, Process, Semaphore


def keep(places):
    places.acquire()


def attempt(places, got):
    got[0] = int(places.acquire(block=False))


def main():
    places, got = Semaphore(2), Array("i", 1)
    children = [Process(target=keep, args=(places,), daemon=True) for _ in range(2)]
    children.append(Process(target=attempt, args=(places, got)))
    for child in children:
        child.start()
    children[2].join()
    for child in children[:2]:
        child.join(0.1)
    return [got[0], sorted(str(child.exitcode) for child in children)]
