"""The text of a raw array of characters while somebody writes another."""

from multiprocessing import Process, RawArray


def work(text):
    text.value = b"bb"


def main():
    text = RawArray("c", b"aaaa")
    child = Process(target=work, args=(text,))
    child.start()
    early = text.value
    child.join()
    return [early.decode(), text.value.decode(), text.raw.decode()]
