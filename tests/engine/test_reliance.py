"""What a program rests on besides its schedule is noticed, and nothing is proved where it may come out otherwise."""

from __future__ import annotations

import pytest

from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.exploration import UNPROVABLE, Budget
from checker.explore import explore
from checker.strategies.dpor import Dpor
from checker.trace import EndKind, Reliance
from tests.checked import needs_proc, run_once

pytestmark = [needs_proc, pytest.mark.usefixtures("workers")]

HEAD = """
import collections, datetime, io, os, random, time, uuid
from multiprocessing import JoinableQueue, Lock, Process, Queue, Value

class Box:
    pass

class Slow:
    def __reduce__(self):
        return Slow, ()

def idle(*shared):
    time.sleep(1)

def taker(queue):
    while True:
        queue.get()
        queue.task_done()

def main():
"""

RELIES = [
    ("files", "open('there', 'w').close()"),
    ("files", "os.close(os.open('there', os.O_RDWR | os.O_CREAT))"),
    ("files", "io.FileIO('there', 'w').close()"),
    ("files", "os.mkdir('there')"),
    ("", "open(__file__).close()\n    open(os.devnull, 'w').close()\n    os.path.exists('there')"),
    ("entropy", "return random.Random().random()"),
    ("entropy random", "random.seed()"),
    ("entropy", "return str(uuid.uuid1())"),
    ("", "return random.Random(7).random()"),
    ("random", "return random.random()"),
    ("entropy", "os.getrandom(4)"),
    ("changed", "q, box = Queue(), Slow()\n    q.put(box)\n    q.get()"),
    ("changed", "q, items = Queue(), collections.deque([0, 0])\n    q.put(items)\n    items[0] = 1\n    q.get()"),
    ("", "q = Queue()\n    q.put(collections.Counter('abc'))\n    q.get()"),
    ("clock", "return time.clock_gettime(time.CLOCK_MONOTONIC)"),
    ("identity", "return sorted([Lock(), Lock()], key=id) and None"),
    ("identity", "return hash('text')"),
    ("identity", "return hash((1, ('text',))) and None"),
    ("identity", "return hash(Box()) and None"),
    ("identity", "return hash(Lock()) and None"),
    ("", "return hash((1, 2.5, None))"),
    ("", "import copy\n    return copy.deepcopy([[1]])"),
    ("changed", "q, box = Queue(), Box()\n    q.put(box)\n    box.a = 1\n    q.get()"),
    ("", "q, box = Queue(), Box()\n    q.put(box)\n    q.get()"),
    ("death", "p = Process(target=idle)\n    p.start()\n    p.terminate()\n    return p.is_alive()"),
    ("death", "p = Process(target=idle)\n    p.start()\n    p.kill()\n    p.join(1)"),
    ("", "p = Process(target=idle)\n    p.start()\n    p.kill()\n    p.join()\n    return [p.is_alive(), p.exitcode]"),
    ("", "q = Queue()\n    for n in range(3):\n        q.put(bytes(100_000))\n        q.get()"),
    ("room", "q = Queue()\n    for n in range(9): q.put(bytes(9000))\n    for n in range(9): q.get()"),
]


def relies_on(file):
    """All reliances of all schedules (at most 60); each has to end well."""
    with Engine(file) as engine:
        found = explore(
            lambda strategy: engine.run_once([], strategy, Limits()),
            lambda trace: None if trace.ending.kind is EndKind.FINISHED else trace.ending,
            Budget(60, 60.0),
            seed=0,
        )
    assert found.failure is None
    assert found.schedules
    return found.relies


@pytest.mark.parametrize(("word", "body"), RELIES)
def test_what_a_program_relies_on_is_said(program, word, body):
    assert relies_on(program(f"{HEAD}    {body}\n")) == {Reliance(each) for each in word.split()}


def test_a_joinable_queue_is_not_trusted_once_one_who_used_it_was_killed(program):
    killed = "    q = JoinableQueue()\n    p = Process(target=taker, args=(q,))\n    p.start()\n    p.kill()\n"
    killed += "    p.join()\n"
    assert relies_on(program(f"{HEAD}{killed}    q.put(1)")) == {Reliance.DEATH}
    assert relies_on(program(f"{HEAD}{killed}", name="unused")) == set()


def test_only_the_seed_and_virtual_time_leave_a_proof():
    assert set(Reliance) - UNPROVABLE == {Reliance.RANDOM, Reliance.CLOCK}


def test_what_a_process_prints_when_it_is_killed_may_still_come(program):
    killed = "    p = Process(target=print, args=('here',))\n    p.start()\n    p.kill()\n    print('killed')\n"
    assert Reliance.DEATH in relies_on(program(HEAD + killed))


def lends(made: str, kept: str = "") -> str:
    start = f"p = Process(target=idle, args=({made},)); p.start(); ps.append(p){kept}"
    return f"    ps, kept = [], []\n    for n in range(2):\n        {start}\n    for p in ps: p.join()\n"


@pytest.mark.parametrize("made", ["RawValue('i', n)", "RawArray('i', [n, 7])", "Value('i', n, lock=LOCK)"])
def test_memory_that_is_let_go_of_and_may_be_given_to_others_is_not_trusted(program, made):
    head = HEAD.replace("def main():\n", "from multiprocessing import RawArray, RawValue\nLOCK = None\n\ndef main():\n")
    head += "    global LOCK\n    LOCK = Lock()\n"
    assert relies_on(program(head + lends(made))) == {Reliance.MEMORY}
    kept = lends("x", "; kept.append(x)").replace("p = Process", f"x = {made}; p = Process")
    assert relies_on(program(head + kept, name="kept")) == set()
    joined = lends(made, "; p.join()")
    assert relies_on(program(head + joined, name="joined")) == set(), "nobody uses it any more"


LEAK = """
    class Loud:
        def __del__(self):
            print("gone")
    loud = Loud()
    def main():
        print("here")
"""


def test_what_a_program_says_after_its_end_is_not_heard_by_the_next(program):
    with Engine(program(LEAK)) as engine:
        for _ in range(3):
            dpor = Dpor()
            assert "gone" not in run_once(engine, [], dpor, Limits()).stdout


def test_more_processes_than_can_be_followed_are_said_so(program):
    text = """
        from multiprocessing import Process
        def deeper():
            process = Process(target=deeper)
            process.start()
            process.join()
        def main():
            deeper()
    """
    with Engine(program(text)) as engine:
        ending = run_once(engine, [], Dpor(), Limits()).ending
    assert (ending.kind, ending.reason) == (EndKind.REFUSED, "uncontrolled")
    assert "is not controlled" in ending.detail


LOCKS_A_FILE = """
    import fcntl
    import os
    from multiprocessing import Process

    def work():
        with open(__file__, "rb") as file:
            {locking}

    def main():
        children = [Process(target=work) for _ in range(2)]
        for child in children:
            child.start()
        for child in children:
            child.join()
"""


@pytest.mark.parametrize(
    "locking",
    [
        "fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "fcntl.lockf(file, fcntl.LOCK_SH)",
        "os.lockf(file, 1, 0)",
        "fcntl.fcntl(file, fcntl.F_SETLK, bytes(32))",
        "fcntl.fcntl(file, fcntl.F_OFD_SETLKW, bytes(32))",
    ],
)
def test_locks_on_files_are_refused(program, locking):
    """Who gets one hangs on an order that nobody decides, though nothing is written."""
    with Engine(program(LOCKS_A_FILE.format(locking=locking))) as engine:
        ending = run_once(engine, [], Dpor(), Limits()).ending
    assert (ending.kind, ending.reason) == (EndKind.REFUSED, "uncontrolled")
    assert "lock" in ending.detail
