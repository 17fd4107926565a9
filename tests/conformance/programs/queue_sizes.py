"""A size that is no whole number."""

from multiprocessing import JoinableQueue, Queue


def attempt(call):
    try:
        call()
        return "fine"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def main():
    sizes = [4 / 2, -1, 0, None, -0.5, True, 2**40, [1]]
    return [attempt(lambda: JoinableQueue(1.5)), *(attempt(lambda size=size: Queue(size)) for size in sizes)]
