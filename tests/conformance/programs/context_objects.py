"""Objects of get_context and of the submodules are the same kinds of things."""

import multiprocessing
import multiprocessing.queues
import multiprocessing.synchronize


def work(lock, queue, count):
    with lock:
        count.value += 1
    queue.put(count.value)


def main():
    context = multiprocessing.get_context(multiprocessing.get_start_method())
    lock, queue, count = context.Lock(), context.Queue(), context.Value("i", 0)
    kinds = [
        isinstance(lock, multiprocessing.synchronize.Lock),
        isinstance(queue, multiprocessing.queues.Queue),
    ]
    children = [context.Process(target=work, args=(lock, queue, count)) for _ in range(2)]
    for child in children:
        child.start()
    seen = sorted(queue.get() for _ in children)
    for child in children:
        child.join()
    return [kinds, seen]
