"""A SimpleQueue putter killed with the write lock."""

from multiprocessing import Process, SimpleQueue


def many(q):
    for _ in range(5):
        q.put(0)


def main():
    q = SimpleQueue()
    a = Process(target=many, args=(q,))
    a.start()
    q.get()
    a.terminate()
    a.join()
    q.put("end")
    while q.get() != "end":
        pass
    return "end"
