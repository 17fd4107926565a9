"""A forked child draws other random numbers than its parent, unless it has a generator of its own."""

import random
from multiprocessing import Process, SimpleQueue


def main():
    random.seed(1)
    own = random.Random(1)
    results = SimpleQueue()
    child = Process(target=lambda: results.put([random.random(), own.random()]))
    child.start()
    child.join()
    common, mine = results.get()
    return [common == random.random(), mine == own.random()]
