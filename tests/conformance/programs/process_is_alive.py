"""is_alive and exitcode race with the end of the child, but never contradict each other in this order."""

from multiprocessing import Process


def work():
    pass


def main():
    child = Process(target=work)
    before = child.is_alive()
    child.start()
    code = child.exitcode
    alive = child.is_alive()
    child.join()
    return [before, code, alive, child.is_alive(), child.exitcode]
