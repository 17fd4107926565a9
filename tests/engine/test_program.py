"""What the judge hears of a program in worker processes: slow, silent, looping, vanished ones."""

from __future__ import annotations

import pytest

from checker.engine import program as engine_program
from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.strategies.replay import Replay
from checker.trace import Ending, EndKind
from tests.checked import needs_proc, run_once

pytestmark = [needs_proc, pytest.mark.usefixtures("workers")]


def ending(file, *, cpu_limit_s=0.5, args=(), start_method=None) -> Ending:
    with Engine(file, cpu_limit_s=cpu_limit_s, start_method=start_method) as engine:
        return run_once(engine, args, Replay(()), Limits()).ending


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("def main():\n    while True:\n        pass\n", {2, 3}),
        ("def main():\n  while True:\n    try:\n      while True: pass\n    except: pass\n", {2, 3, 4, 5}),
        ("while True:\n    pass\n", {1, 2}),
        ("def main():\n    return sum(range(10**14))\n", {None}),
        (
            "from multiprocessing import Process\n"
            "def work():\n    while True: pass\n"
            "def main():\n    p = Process(target=work)\n    p.start()\n    p.join()\n",
            {3},
        ),
        (
            "from multiprocessing import Queue\n"
            "class Slow:\n    def __reduce__(self):\n        while True: pass\n"
            "def main():\n    q = Queue()\n    q.put(Slow())\n    q.close()\n    q.join_thread()\n",
            {4},
        ),
    ],
    ids=["plain", "catches everything", "at import", "in one call of C", "in a child", "while pickled"],
)
def test_an_endless_loop_is_stopped_and_placed(program, text, line):
    end = ending(program(text))
    assert end.kind is EndKind.ENDLESS_LOOP
    assert end.line in line


def test_a_long_computation_with_scheduling_points_is_none(program):
    text = """
        import time

        def main():
            for _ in range(4):
                sum(range(4_000_000))
                time.sleep(0)
    """
    assert ending(program(text), cpu_limit_s=1.0).kind is EndKind.FINISHED


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ("ctypes.string_at(0)", "SIGSEGV"),
        ("ctypes.CDLL(None).abort()", "SIGABRT"),
        ("ctypes.CDLL(None)._exit(5)", "exit code 5"),
        ("ctypes.CDLL(None).kill(ctypes.CDLL(None).getpid(), 9)", "SIGKILL"),
    ],
)
@pytest.mark.parametrize("start_method", ["fork", "spawn"])
def test_a_process_that_vanishes(program, body, detail, start_method):
    end = ending(program(f"import ctypes\ndef main():\n    {body}\n"), start_method=start_method)
    assert end == Ending(EndKind.VANISHED, "main", None, None, detail)


def test_a_process_that_waits_for_what_nobody_controls(program, monkeypatch):
    monkeypatch.setattr(engine_program, "SILENCE_S", 2.0)
    end = ending(program("import select\ndef main():\n    select.select([], [], [], 60)\n"))
    assert (end.kind, end.reason) == (EndKind.REFUSED, "uncontrolled")


def test_a_slow_program_is_waited_for(program):
    text = "import select\ndef main():\n    select.select([], [], [], 2.2)\n    return 1\n"
    assert ending(program(text)).kind is EndKind.FINISHED
