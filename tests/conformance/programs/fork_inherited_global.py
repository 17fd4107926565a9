"""Children that find, and change, what main has put into a global before their start and after it."""

from multiprocessing import Process, SimpleQueue

seen = []


def work(results, number):
    results.put([number, list(seen)])
    seen.append("child")


def main():
    results = SimpleQueue()
    seen.append("before")
    one = Process(target=work, args=(results, 1))
    one.start()
    seen.append("between")
    two = Process(target=work, args=(results, 2))
    two.start()
    seen.append("after")
    got = sorted([results.get(), results.get()])
    one.join()
    two.join()
    return [got, seen]
