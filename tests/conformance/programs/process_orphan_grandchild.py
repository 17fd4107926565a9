"""A process killed while its own child goes on: the grandchild still works."""

from multiprocessing import Process, Queue, Semaphore


def grandchild(queue, go):
    go.acquire()
    queue.put("grandchild")


def work(queue, go, here):
    child = Process(target=grandchild, args=(queue, go))
    child.start()
    here.release()
    child.join()


def main():
    queue, go, here = Queue(), Semaphore(0), Semaphore(0)
    child = Process(target=work, args=(queue, go, here))
    child.start()
    here.acquire()
    child.terminate()
    child.join()
    go.release()
    return [queue.get(), child.exitcode]
