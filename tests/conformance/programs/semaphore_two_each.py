"""Two clerks, two printers, each needs both."""

from multiprocessing import Process, Semaphore


def work(printers):
    printers.acquire()
    printers.acquire()
    printers.release()
    printers.release()


def main():
    printers = Semaphore(2)
    children = [Process(target=work, args=(printers,)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return "done"
