"""Who is who in a forked child, and in one that it forks."""

import os
from multiprocessing import Process, SimpleQueue, active_children, current_process, parent_process


def main():
    results = SimpleQueue()
    first = os.getpid()

    def work(depth):
        me = current_process()
        parent = parent_process()
        results.put([me.name, parent.name, parent.pid == os.getppid(), me.pid == os.getpid(), me.pid == first])
        results.put(len(active_children()))
        if depth:
            inner = Process(target=work, args=(depth - 1,))
            inner.start()
            inner.join()

    child = Process(target=work, args=(1,))
    child.start()
    child.join()
    return [results.get() for _ in range(4)]
