"""task_done before the work: join says nothing about it."""

from multiprocessing import JoinableQueue, Process, Value


def work(queue, done):
    queue.get()
    queue.task_done()
    done.value = 1


def main():
    queue, done = JoinableQueue(), Value("i", 0)
    child = Process(target=work, args=(queue, done))
    child.start()
    queue.put("a")
    queue.join()
    early = done.value
    child.join()
    return [early, done.value]
