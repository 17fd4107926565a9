"""Main puts a list that it goes on changing, and forks meanwhile: the child's queue has nothing of that to send."""

from multiprocessing import Process, Queue


def main():
    queue, items = Queue(), [1]
    queue.put(items)

    def work():
        items.append("child")
        queue.put(items)

    child = Process(target=work)
    child.start()
    got = [queue.get(), queue.get()]
    child.join()
    return got
