"""A lock or queue is found by its name only while its maker holds it, as under `spawn`."""

from __future__ import annotations

import pytest

from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.explore import Budget, explore
from tests.checked import needs_proc

pytestmark = [needs_proc, pytest.mark.usefixtures("workers")]

PROGRAM = """
from multiprocessing import Lock, Process, Queue, RLock, Semaphore, SimpleQueue, Value, get_context

def work(thing):
    pass

def started(thing):
    process = Process(target=work, args=(thing,))
    process.start()
    return process

def main():
    {}
"""


def exit_codes(file):
    """The exit codes that the first child is seen to end with, in all schedules."""
    seen = set()
    with Engine(file) as engine:
        found = explore(
            lambda strategy: engine.run_once([], strategy, Limits()),
            lambda trace: seen.add(trace.tasks["main.1"].exit_code),
            Budget(1000, 60.0),
            seed=0,
        )
    assert found.proved
    return seen


@pytest.mark.parametrize("thing", ["Lock()", "RLock()", "Semaphore(2)", "Queue()", "SimpleQueue()", "Value('i', 0)"])
def test_what_is_let_go_at_once_may_be_gone_before_the_process_begins(program, thing):
    assert exit_codes(program(PROGRAM.format(f"started({thing}).join()"))) == {0, 1}


@pytest.mark.parametrize(
    "body",
    [
        "lock = Lock()\n    started(lock).join()",
        "value = Value('i', 0, lock=False)\n    started(Value('i', 0, lock=False)).join()",
        "started(5).join()",
    ],
)
def test_what_is_held_until_the_join_is_found(program, body):
    assert exit_codes(program(PROGRAM.format(body))) == {0}


def test_the_end_of_main_lets_go_of_everything(program):
    assert exit_codes(program(PROGRAM.format("global lock\n    lock = Lock()\n    started(lock)"))) == {0, 1}


def test_an_exit_in_the_middle_lets_go_of_no_more_than_what_was_dropped(program):
    dropped = "started(Lock())\n    os._exit(0)"
    held = "lock = Lock()\n    started(lock)\n    os._exit(0)"
    assert exit_codes(program(f"import os\n{PROGRAM.format(dropped)}")) == {0, 1}
    assert exit_codes(program(f"import os\n{PROGRAM.format(held)}", name="held")) == {0}


def test_what_a_process_passes_on_stays_its_makers(program):
    text = PROGRAM.replace("    pass", "    if thing is not None: started(thing).join()", 1).replace(
        "args=(thing,)", "args=(thing,) if __name__ == '__main__' else (None,)"
    )
    assert exit_codes(program(text.format("lock = Lock()\n    started(lock).join()"))) == {0}
