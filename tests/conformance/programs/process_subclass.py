"""A subclass with run, names and daemon flags; children that are alive are listed."""

from multiprocessing import Process, SimpleQueue, active_children, current_process


class Clerk(Process):
    def __init__(self, desk):
        super().__init__(name="clerk", daemon=True)
        self.desk = desk

    def run(self):
        self.desk.put([current_process().name, current_process().daemon])


def main():
    desk = SimpleQueue()
    clerk = Clerk(desk)
    clerk.start()
    told = desk.get()
    alive = len(active_children())
    clerk.join()
    return [told, alive, active_children(), current_process().name]
