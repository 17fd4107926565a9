"""A loop is taken to go round for ever only where it does: what a program counts with is seen, or not trusted."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest

from checker.controlled.places import instruction_of
from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.explore import Budget, Exploration, explore
from checker.trace import EndKind, Trace

FRAME = """
import itertools, math, random, sys, time
from multiprocessing import Lock, Process, Value, active_children, current_process
from queue import Empty

{body}

def main():
    lock = Lock()
    lock.acquire()
    child = Process(target=work, args=(lock,))
    child.start()
    child.join()
"""

ENDING = {
    "a local": """
def work(lock):
    n = 0
    while not lock.acquire(False) and n < 3:
        n += 1
""",
    "a list": """
def work(lock):
    tried = []
    while not lock.acquire(False) and len(tried) < 3:
        tried.append(None)
""",
    "a global": """
n = 0
def work(lock):
    global n
    while not lock.acquire(False) and n < 3:
        n += 1
""",
    "a cell": """
def work(lock):
    n = 0
    def count():
        nonlocal n
        n += 1
        return n
    while not lock.acquire(False) and count() < 3:
        pass
""",
    "an attribute": """
class Tries:
    def __init__(self):
        self.left = 3
def work(lock):
    tries = Tries()
    while not lock.acquire(False) and tries.left:
        tries.left -= 1
""",
    "an attribute in a slot": """
class Tries:
    __slots__ = ("left",)
def work(lock):
    tries = Tries()
    tries.left = 3
    while not lock.acquire(False) and tries.left:
        tries.left -= 1
""",
    "an attribute of a class": """
class Tries:
    left = 3
def work(lock):
    while not lock.acquire(False) and Tries.left:
        Tries.left -= 1
""",
    "an attribute of a function": """
def work(lock):
    work.left = 3
    while not lock.acquire(False) and work.left:
        work.left -= 1
""",
    "a default argument": """
def count(tried=[]):
    tried.append(None)
    return len(tried)
def work(lock):
    while not lock.acquire(False) and count() < 3:
        pass
""",
    "the process": """
def work(lock):
    current_process().left = 3
    while not lock.acquire(False) and current_process().left:
        current_process().left -= 1
""",
    "an object that is a process": """
class Worker(Process):
    def __init__(self, lock):
        super().__init__()
        self.lock, self.left = lock, 3
    def run(self):
        while not self.lock.acquire(False) and self.left:
            self.left -= 1
def work(lock):
    worker = Worker(lock)
    worker.start()
    worker.join()
""",
    "a child that has ended": """
def work(lock):
    child = Process(target=time.sleep, args=(1,))
    child.start()
    while child.is_alive():
        time.sleep(0.1)
""",
    "children that have ended": """
def work(lock):
    for _ in range(2):
        Process(target=time.sleep, args=(1,)).start()
    while active_children():
        time.sleep(0.1)
""",
    "a module": """
def work(lock):
    math.left = 3
    while not lock.acquire(False) and math.left:
        math.left -= 1
""",
    "a module under another name": """
def work(lock):
    other = math
    other.left = 3
    while not lock.acquire(False) and other.left:
        other.left -= 1
""",
    "an object of a module": """
def work(lock):
    sys.stdout.left = 3
    while not lock.acquire(False) and sys.stdout.left:
        sys.stdout.left -= 1
""",
    "the arguments of the program": """
def work(lock):
    while not lock.acquire(False) and len(sys.argv) < 5:
        sys.argv.append("")
""",
    "a class of the library": """
def work(lock):
    Process.left = 3
    while not lock.acquire(False) and Process.left:
        Process.left -= 1
""",
    "a generator": """
def three():
    yield from (0, 0, 0)
def work(lock):
    left = three()
    while not lock.acquire(False) and next(left, None) is not None:
        pass
""",
    "an iterator": """
def work(lock):
    left = iter([0, 0, 0])
    while not lock.acquire(False) and next(left, None) is not None:
        pass
""",
    "an iterator of the library": """
numbers = itertools.count()
def work(lock):
    while not lock.acquire(False) and next(numbers) < 3:
        pass
""",
    "a loop over equal things": """
def work(lock):
    while True:
        for _ in (0, 0, 0):
            if lock.acquire(False):
                return
        return
""",
    "a loop over equal things around one that ends": """
def work(lock):
    for _ in (0, 0, 0):
        while not lock.acquire(False):
            break
""",
    "a loop over equal things around a call": """
def attempt(lock):
    while not lock.acquire(False):
        return False
    return True
def work(lock):
    for _ in (0, 0, 0):
        if attempt(lock):
            return
""",
    "a loop over equal things around a call around a call": """
def attempt(lock):
    while not lock.acquire(False):
        return False
    return True
def attempts(lock):
    return attempt(lock)
def work(lock):
    for _ in (0, 0, 0):
        if attempts(lock):
            return
""",
    "a comprehension": """
def work(lock):
    while not any([lock.acquire(False) for _ in (0, 0, 0)]):
        return
""",
    "a generator that goes on": """
def tries(lock):
    while not lock.acquire(False):
        yield False
    yield True
def work(lock):
    for got, _ in zip(tries(lock), (0, 0, 0)):
        if got:
            return
""",
    "the range of a loop that is made anew": """
def work(lock):
    n = 3
    while n:
        for i in range(n):
            if lock.acquire(False):
                return
        n -= 1
""",
    "text that waits for the end of its line": """
def work(lock):
    while not lock.acquire(False):
        sys.stdout.write(".")
        if len(sys.argv) > 100:
            return
        work.__dict__.setdefault("n", []).append(0)
        if len(work.n) > 2:
            return
""",
    "random numbers": """
def work(lock):
    while not lock.acquire(False) and random.random() > 0.2:
        time.sleep(0.1)
""",
    "the clock": """
def work(lock):
    until = time.monotonic() + 1
    while not lock.acquire(False) and time.monotonic() < until:
        time.sleep(0.3)
""",
    "a set": """
def work(lock):
    tried = set()
    while not lock.acquire(False) and len(tried) < 3:
        tried.add(len(tried))
""",
    "names in a dictionary": """
def work(lock):
    tried = {}
    while not lock.acquire(False) and len(tried) < 3:
        tried[len(tried)] = 0
""",
    "new locks": """
def work(lock):
    while not lock.acquire(False):
        if Process(target=work).name.endswith(":4"):
            return
""",
    "exceptions": """
class Given(Exception):
    pass
def work(lock):
    error = Given(3)
    while not lock.acquire(False) and error.args[0]:
        error.args = (error.args[0] - 1,)
""",
}

FOREVER = {
    "a try": "def work(lock):\n    while not lock.acquire(False):\n        pass\n",
    "a timed try": "def work(lock):\n    while not lock.acquire(timeout=1):\n        time.sleep(0.1)\n",
    "a call that tries": """
def attempt(lock):
    return lock.acquire(False)
def work(lock):
    while not attempt(lock):
        time.sleep(0.1)
""",
    "a loop over a range around it": """
def work(lock):
    for i in range(3):
        while not lock.acquire(False):
            time.sleep(0.1)
""",
    "a loop in a caller": """
def take(lock):
    while True:
        if lock.acquire(False):
            return
def work(lock):
    for _ in (0, 0):
        take(lock)
""",
    "nothing but sleep": "def work(lock):\n    while True:\n        time.sleep(1)\n",
    "an object with a lock": """
class Worker:
    def __init__(self, lock):
        self.lock, self.done = lock, Value("i", 0)
    def run(self):
        while not self.done.value:
            time.sleep(0.1)
def work(lock):
    Worker(lock).run()
""",
}


def explored(tmp_path: Path, body: str) -> tuple[Exploration[str], list[Trace]]:
    file = tmp_path / "program.py"
    file.write_text(FRAME.format(body=textwrap.dedent(body)))
    traces: list[Trace] = []
    with Engine(file) as engine:
        found: Exploration[str] = explore(
            lambda strategy: engine.run_once([], strategy, Limits(steps=200)), traces.append, Budget(30, 60.0)
        )
    return found, traces


@pytest.mark.parametrize("body", ENDING.values(), ids=ENDING)
def test_a_loop_that_counts_comes_to_its_end(tmp_path: Path, body: str) -> None:
    found, traces = explored(tmp_path, body)
    assert {trace.ending.kind for trace in traces} == {EndKind.FINISHED}
    assert all(record.exit_code == 0 for trace in traces for record in trace.tasks.values())
    assert not found.cycles
    assert not found.cut


@pytest.mark.parametrize("body", FOREVER.values(), ids=FOREVER)
def test_a_loop_that_carries_nothing_is_known_to_go_on_for_ever(tmp_path: Path, body: str) -> None:
    found, traces = explored(tmp_path, body)
    assert found.proved
    assert {trace.ending.kind for trace in traces} == {EndKind.STUCK}
    assert all({wait.task for wait in trace.waits if wait.round_steps} == {"main.1"} for trace in traces)


def test_the_frames_of_loops_are_not_kept_alive(tmp_path: Path) -> None:
    """A lock that only a function with a loop held is let go of when that returns, as without a checker."""
    body = """
def take():
    mine = Lock()
    while not mine.acquire(False):
        pass
def work(lock):
    take()
    Value("i", 0).value
"""
    _, traces = explored(tmp_path, body)
    kinds = [(step.op.kind, step.op.obj) for step in traces[0].steps if step.task == "main.1"]
    kinds = [kind for kind, _ in kinds]
    assert kinds.index("lock.acquire") < kinds.index("lock.unlink") < kinds.index("memory.read")


class _Watched:
    def __init__(self) -> None:
        self.seen: list[int] = []

    @property
    def value(self) -> bool:
        self.seen.append(instruction_of(sys._getframe(1)))
        return len(self.seen) < 100


def test_an_instruction_is_the_same_however_often_it_was_run():
    """CPython 3.12 gives another `f_lasti` once it has specialised the reading of a property."""
    watched = _Watched()
    for _ in range(50):
        assert watched.value
    assert len(set(watched.seen)) == 1
