"""A Value of floating-point numbers: the last writer wins."""

from multiprocessing import Process, Value


def work(share, amount):
    share.value = amount


def main():
    share = Value("d", 0.5)
    children = [Process(target=work, args=(share, amount)) for amount in (1.25, 2.5)]
    for child in children:
        child.start()
    early = share.value
    for child in children:
        child.join()
    return [early, share.value]
