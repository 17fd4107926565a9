"""Two places, three processes: never more than two inside."""

from multiprocessing import Array, Process, Semaphore, Value


def work(places, inside, most):
    with places:
        with inside.get_lock():
            inside.value += 1
            most[0] = max(most[0], inside.value)
        with inside.get_lock():
            inside.value -= 1


def main():
    places, inside, most = Semaphore(2), Value("i", 0), Array("i", 1)
    children = [Process(target=work, args=(places, inside, most)) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return most[0]
