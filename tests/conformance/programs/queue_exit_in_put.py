"""A process that ends without waiting for its feeder may leave the write lock held."""

from multiprocessing import Process, Queue


def work(q):
    q.cancel_join_thread()
    q.put(0)


def last(q):
    q.put("end")


def main():
    q = Queue()
    a = Process(target=work, args=(q,))
    a.start()
    a.join()
    b = Process(target=last, args=(q,))
    b.start()
    b.join(0.1)
    return b.is_alive()
