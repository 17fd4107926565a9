"""One task_done is forgotten: join never ends."""

from multiprocessing import JoinableQueue, Process


def work(queue):
    queue.get()
    queue.task_done()
    queue.get()


def main():
    queue = JoinableQueue()
    child = Process(target=work, args=(queue,), daemon=True)
    child.start()
    queue.put("a")
    queue.put("b")
    queue.join()
    return "never"
