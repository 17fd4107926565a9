"""A big item whose writer is killed in the middle can be seen, but never be read."""

from multiprocessing import Process, SimpleQueue


def work(q):
    q.put(bytes(100_000))


def main():
    q = SimpleQueue()
    a = Process(target=work, args=(q,))
    a.start()
    if q.empty():
        a.terminate()
        return "nothing yet"
    a.terminate()
    a.join()
    return [len(q.get()), a.exitcode]
