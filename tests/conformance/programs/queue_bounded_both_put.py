"""Both put their parts into the full queue that they read from."""

from multiprocessing import Process, Queue


def work(queue):
    queue.get()
    queue.put("part")
    queue.put("part")
    queue.get()
    queue.get()


def main():
    queue = Queue(2)
    queue.put("job")
    queue.put("job")
    children = [Process(target=work, args=(queue,)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return "done"
