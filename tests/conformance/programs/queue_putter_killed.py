"""A putter killed while its feeder holds the write lock: others' items never arrive."""

from multiprocessing import Process, Queue


def many(q):
    for _ in range(4):
        q.put(0)


def last(q):
    q.put("end")


def main():
    q = Queue()
    a = Process(target=many, args=(q,))
    a.start()
    q.get()
    a.terminate()
    a.join()
    b = Process(target=last, args=(q,))
    b.start()
    while q.get() != "end":
        pass
    return "end"
