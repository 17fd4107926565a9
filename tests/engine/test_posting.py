"""What workers post changes nothing but the number of turns: not the traces, not what files hold, not the verdicts."""

from __future__ import annotations

import os
import struct
from random import Random

import pytest

from checker.engine import program as engine_program
from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.errors import StartAgain
from checker.explore import Budget, Why, explore
from checker.strategies.random_walk import RandomWalk
from checker.strategies.replay import Replay
from checker.trace import EndKind
from checker.wire import MAX_POSTED
from tests.checked import ROOT, needs_proc, run_once
from tests.conformance import real

pytestmark = [needs_proc, pytest.mark.usefixtures("workers")]

PROGRAMS = sorted(path.stem for path in real.PROGRAMS.glob("*.py"))
SUBMISSIONS = sorted((ROOT / "tests" / "submissions").glob("*/*.py"))
ARGUMENTS = {
    "lab01_printing": (2, 2),
    "lab02_counter": (2, 2, 0.5),
    "lab03_transfer": ([[0, 1, 30], [1, 0, 20]], 1, 0.5),
}


def traces_agree(file, args, seeds) -> None:
    """Asserts that random schedules of warm processes, which post, are those of fresh ones, which do not."""
    with Engine(file) as engine:
        for seed in seeds:
            warm = run_once(engine, args, RandomWalk(Random(seed)), Limits(steps=300))
            fresh = engine.run_once(args, Replay(warm.choices), Limits(steps=300), fresh=True)
            assert (warm.steps, warm.chunks, warm.ending, warm.waits) == (
                fresh.steps,
                fresh.chunks,
                fresh.ending,
                fresh.waits,
            )


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_schedule_is_the_same_whether_workers_post_or_not(program):
    traces_agree(real.PROGRAMS / f"{program}.py", [], range(1))


@pytest.mark.parametrize("file", [f for f in SUBMISSIONS if f.parent.name in ARGUMENTS], ids=lambda file: file.stem)
def test_a_submission_does_the_same_whether_workers_post_or_not(file):
    traces_agree(file, ARGUMENTS[file.parent.name], range(1))


FAILING_RELEASE = """
from multiprocessing import Lock
def main():
    lock = Lock()
    try:
        lock.release()
    except ValueError as error:
        return str(error)
"""


def test_a_posted_release_that_fails_is_undone(program):
    with Engine(program(FAILING_RELEASE)) as engine:
        with pytest.raises(StartAgain):
            engine.run_once((), Replay(()), Limits())
        trace = engine.run_once((), Replay(()), Limits())
        assert trace.returned == "semaphore or lock released too many times"


DIES_AHEAD = """
import ctypes
from multiprocessing import Lock
def main():
    lock = Lock()
    lock.acquire()
    lock.acquire()
    ctypes.CDLL(None)._exit(3)
"""


def test_what_is_only_reached_by_running_ahead_is_not_reached(program):
    with Engine(program(DIES_AHEAD)) as engine:
        assert run_once(engine, (), Replay(()), Limits()).ending.kind is EndKind.STUCK


LOOPS_AHEAD = """
from multiprocessing import Lock
def main():
    lock = Lock()
    lock.acquire()
    lock.acquire()
    while True:
        pass
"""


def test_an_endless_loop_after_a_deadlock_is_a_deadlock(program):
    with Engine(program(LOOPS_AHEAD), cpu_limit_s=0.5) as engine:
        trace = run_once(engine, (), Replay(()), Limits())
    assert trace.ending.kind is EndKind.STUCK
    assert [wait.op.line for wait in trace.waits] == [6]


def test_what_is_posted_keeps_its_line_and_its_order(program):
    text = (
        "from multiprocessing import RawValue\n"
        "def main():\n"
        "    value = RawValue('i', 0)\n"
        f"    for n in range({3 * MAX_POSTED}):\n"
        "        value.value = n\n"
        "    print('written')\n"
        "    return value.value\n"
    )
    with Engine(program(text)) as engine:
        trace = engine.run_once((), Replay(()), Limits())
    writes = [(step.op.args, step.op.line) for step in trace.steps if step.op.kind == "memory.write"]
    assert writes == [((0, n), 5) for n in range(3 * MAX_POSTED)]
    assert trace.returned == 3 * MAX_POSTED - 1


FILES = """
import os
from multiprocessing import Lock, Process

def add(lock):
    with lock:
        {read}
        {write}

def main():
    lock = Lock()
    with open("total", "w") as file:
        file.write("0")
    processes = [Process(target=add, args=(lock,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    with open("total") as file:
        return int(file.read())
"""
BY_OPEN = FILES.format(read='total = int(open("total").read())', write='print(total, file=open("total", "w"))')
BY_OS = FILES.format(
    read='file = os.open("total", os.O_RDWR); total = int(os.read(file, 9))',
    write='os.pwrite(file, b"%d" % (total + 1), 0); os.close(file)',
)


BY_BZ2 = FILES.format(
    read='import bz2; total = int(open("total").read()) if not os.path.exists("z") else int(bz2.open("z").read())',
    write='bz2.open("z", "w").write(b"%d" % (total + 1)); open("total", "w").write(str(total + 1))',
)
BY_SQLITE = """
from multiprocessing import Lock, Process

def add(lock):
    import sqlite3
    with lock:
        with sqlite3.connect("total") as base:
            (total,) = base.execute("select n from t").fetchone()
            base.execute("update t set n = ?", (total + 1,))

def main():
    import sqlite3
    lock = Lock()
    with sqlite3.connect("total") as base:
        base.execute("create table t (n integer)")
        base.execute("insert into t values (0)")
    processes = [Process(target=add, args=(lock,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    with sqlite3.connect("total") as base:
        return base.execute("select n from t").fetchone()[0]
"""


@pytest.mark.parametrize(
    "text",
    [BY_OPEN.replace("print(total,", "print(total + 1,"), BY_OS, BY_BZ2, BY_SQLITE],
    ids=["open", "os", "bz2", "sqlite3"],
)
def test_files_under_a_lock_are_never_reached_before_it_is_taken(program, text):
    with Engine(program(text)) as engine:
        found = explore(
            lambda strategy: engine.run_once((), strategy, Limits()),
            lambda trace: None if trace.returned == 2 else trace,
            Budget(100, 60.0),
        )
    assert (found.why, found.schedules) == (Why.EXHAUSTED, 2)


def test_what_waits_for_its_turn_is_still_found_by_its_name(program):
    text = (
        "import os\nfrom multiprocessing import Process, Queue\n"
        "def main():\n"
        "    queue = Queue()\n"
        "    queue.put(open)\n"
        "    process = Process(target=os.mkdir, args=('folder',))\n"
        "    process.start()\n"
        "    process.join()\n"
        "    return [os.path.isdir('folder'), queue.get() is open, os.stat in os.supports_dir_fd]\n"
    )
    with Engine(program(text)) as engine:
        assert run_once(engine, (), Replay(()), Limits()).returned == [True, True, os.stat in os.supports_dir_fd]


@pytest.mark.parametrize(
    ("request_text", "ways"),
    [
        ('["posted",["queue.qsize","main/queue.1",[],1,[["main/queue.1","queue",[0,false],1]]]]', (False, True)),
        ('["posted",["exit",null,[0,null,true,7],null,[]]]', (False, True)),
        ('["posted",["sleep",null,[1.0],null,[]]]', (True,)),
    ],
)
def test_who_posts_without_leave_is_malformed(program, request_text, ways):
    frame = struct.pack("<II", len(request_text), 0) + request_text.encode()
    with Engine(program(f"import os\ndef main():\n    os.fdopen(os.dup(200), 'wb', 0).write({frame!r})\n")) as engine:
        for fresh in ways:
            ending = run_once(engine, (), Replay(()), Limits(), fresh=fresh).ending
            assert (ending.kind, "posted" in ending.detail) == (EndKind.MALFORMED, True)


def test_a_wait_past_the_checker_is_given_up_sooner_while_workers_post(program, monkeypatch):
    monkeypatch.setattr(engine_program, "SILENCE_S", 2.0)
    with Engine(program("import select\ndef main():\n    select.select([], [], [], 60)\n")) as engine:
        with pytest.raises(StartAgain):
            engine.run_once((), Replay(()), Limits())
        ending = engine.run_once((), Replay(()), Limits()).ending
    assert (ending.kind, ending.reason) == (EndKind.REFUSED, "uncontrolled")


def test_a_settle_that_nobody_asked_for_is_malformed(program):
    text = (
        "import os\n"
        "def main():\n"
        "    os.fdopen(os.dup(200), 'wb', 0).write(b'\\x0a\\0\\0\\0\\0\\0\\0\\0[\"settle\"]')\n"
    )
    with Engine(program(text)) as engine:
        assert run_once(engine, (), Replay(()), Limits()).ending.kind is EndKind.MALFORMED
