"""run() is no start(): the work is done in main."""

from multiprocessing import Process, current_process

LOG = []


def work():
    LOG.append(current_process().name)


def main():
    Process(target=work).run()
    child = Process(target=work)
    child.start()
    child.join()
    return LOG
