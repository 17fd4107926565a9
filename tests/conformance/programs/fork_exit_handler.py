"""An exit handler of main's does not run in what it forks; nor does main's code behind the start."""

import atexit
from multiprocessing import Process


def main():
    atexit.register(print, "handler")
    try:
        child = Process(target=print, args=("child",))
        child.start()
        child.join()
    finally:
        print("main")
    atexit.unregister(print)
