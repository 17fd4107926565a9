"""A process killed while it waits in JoinableQueue.join() stops the next task_done()."""

from multiprocessing import JoinableQueue, Process, Semaphore


def work(q, here):
    here.release()
    q.join()


def main():
    q = JoinableQueue()
    here = Semaphore(0)
    q.put(1)
    a = Process(target=work, args=(q, here))
    a.start()
    here.acquire()
    q.get()
    a.terminate()
    a.join()
    q.task_done()
    q.join()
    return a.exitcode
