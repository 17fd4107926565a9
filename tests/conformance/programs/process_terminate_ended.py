"""terminate of a child that has ended changes nothing."""

from multiprocessing import Process


def work():
    pass


def main():
    child = Process(target=work)
    child.start()
    child.join()
    child.terminate()
    child.kill()
    child.join()
    return child.exitcode
