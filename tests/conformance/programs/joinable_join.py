"""join waits for every item's task_done; the worker's deeds before it are seen after it."""

from multiprocessing import JoinableQueue, Process, Value


def work(queue, done):
    for _ in range(2):
        queue.get()
        done.value += 1
        queue.task_done()


def main():
    queue, done = JoinableQueue(), Value("i", 0)
    child = Process(target=work, args=(queue, done), daemon=True)
    child.start()
    queue.put("a")
    queue.put("b")
    early = done.value
    queue.join()
    return [early, done.value]
