"""Two processes get one item each: which of them gets which."""

from multiprocessing import Array, Process, Queue


def work(queue, got, who):
    got[who] = queue.get()


def main():
    queue, got = Queue(), Array("i", 2)
    children = [Process(target=work, args=(queue, got, who)) for who in range(2)]
    for child in children:
        child.start()
    queue.put(1)
    queue.put(2)
    for child in children:
        child.join()
    return got[:]
