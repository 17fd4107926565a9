"""os.kill of a child by its pid, and of one that has ended."""

import os
import signal
from multiprocessing import Process, Semaphore


def work(here):
    here.acquire()


def main():
    here = Semaphore(0)
    child = Process(target=work, args=(here,))
    child.start()
    os.kill(child.pid, 0)
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    try:
        os.kill(child.pid, 0)
        return "still there"
    except ProcessLookupError as error:
        return [child.exitcode, str(error)]
