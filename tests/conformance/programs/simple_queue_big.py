"""A put of more than the pipe holds waits for the reader."""

from multiprocessing import Process, SimpleQueue, Value


def work(queue, state):
    queue.put("x" * 100_000)
    state.value = 1


def main():
    queue, state = SimpleQueue(), Value("i", 0)
    child = Process(target=work, args=(queue, state))
    child.start()
    before = state.value
    size = len(queue.get())
    child.join()
    return [before, size, state.value]
