"""while not empty: get. The last item has two takers."""

from multiprocessing import Process, Queue


def work(queue):
    while not queue.empty():
        queue.get()


def main():
    queue, ready = Queue(), Queue()
    queue.put("job")
    ready.put("go")
    ready.get()
    children = [Process(target=work, args=(queue,)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return "done"
