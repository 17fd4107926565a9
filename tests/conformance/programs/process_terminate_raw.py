"""terminate may come before, between, or after the child's raw writes."""

from multiprocessing import Process, RawArray


def work(log):
    log[0] = 1
    log[1] = 1


def main():
    log = RawArray("i", 2)
    child = Process(target=work, args=(log,))
    child.start()
    child.terminate()
    child.join()
    return [child.exitcode, log[:]]
