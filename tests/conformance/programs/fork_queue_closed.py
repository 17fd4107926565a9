"""Main closes its queue when it has forked; the child's is open all the same."""

from multiprocessing import JoinableQueue, Process, SimpleQueue


def main():
    queue, results = JoinableQueue(), SimpleQueue()

    def work():
        results.put(queue.get())
        queue.task_done()
        results.put("done")

    child = Process(target=work)
    child.start()
    queue.put(1)
    queue.join()
    queue.close()
    child.join()
    return [results.get(), results.get()]
