"""A queue that main has put into before it forks: what its feeder still holds comes from main alone."""

from multiprocessing import Process, Queue


def main():
    queue = Queue()
    queue.put("main")
    child = Process(target=lambda: queue.put("child"))
    child.start()
    got = [queue.get(), queue.get()]
    child.join()
    return got
