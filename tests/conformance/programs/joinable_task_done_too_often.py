"""More task_done than items fail; of two for one item only the first goes well."""

from multiprocessing import Array, JoinableQueue, Process


def work(queue, failed, who):
    try:
        queue.task_done()
    except ValueError as error:
        assert str(error) == "task_done() called too many times", error
        failed[who] = 1


def main():
    queue, failed = JoinableQueue(), Array("i", 2)
    queue.put("a")
    queue.get()
    children = [Process(target=work, args=(queue, failed, who)) for who in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return failed[:]
