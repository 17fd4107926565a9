"""What `os.register_at_fork` was given runs once, on each side."""

import os
from multiprocessing import Process, SimpleQueue

seen = []


def main():
    results = SimpleQueue()
    os.register_at_fork(
        before=lambda: seen.append("before"),
        after_in_parent=lambda: seen.append("parent"),
        after_in_child=lambda: seen.append("child"),
    )
    child = Process(target=lambda: results.put(list(seen)))
    child.start()
    child.join()
    return [results.get(), seen]
