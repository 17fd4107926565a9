"""A whole schedule of four processes, warm, against four bare processes that are forked, end, and are waited for."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.strategies.random_walk import RandomWalk
from tests.benchmarks.labs import ROOT
from tests.benchmarks.measuring import Row, in_turns, on_one_core, seconds
from tests.benchmarks.points import PROGRAM

GOAL = 0.2
_CHILDREN, _ROUNDS = 3, 2
_IN_A_ROW, _REPETITIONS = 20, 21  # in a row, as in an exploration: each of them finds its caches warm
_LIMITS = Limits()
_FORKER = """
import os, socket, sys
if len(sys.argv) > 2:
    sys.path.insert(0, sys.argv[2])
    from checker.worker.preload import import_all
    import_all()
end = socket.socket(fileno=int(sys.argv[1]))
while times := end.recv(1):
    for _ in range(4 * times[0]):
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
    end.send(b".")
"""


def rows() -> list[Row]:
    with on_one_core(), _forker(str(ROOT)) as laden, _forker() as bare, Engine(PROGRAM) as engine:
        walk = RandomWalk(Random(0))
        steps = len(engine.run_once([_CHILDREN, _ROUNDS], walk, _LIMITS).steps)

        def schedules() -> None:
            for _ in range(_IN_A_ROW):
                engine.run_once([_CHILDREN, _ROUNDS], walk, _LIMITS)

        works = (schedules, lambda: _ask(laden), lambda: _ask(bare))
        measures = [lambda work=work: seconds(work) / _IN_A_ROW for work in works]
        schedule, laden_forks, bare_forks = in_turns(measures, _REPETITIONS)
    ms, what = f"{schedule * 1e3:.2f} ms", f"4 processes, {steps} steps"
    return [
        Row(f"{what} / 4 forks of what workers hold", ms, f"{laden_forks * 1e3:.2f} ms", schedule / laden_forks, GOAL),
        Row(f"{what} / 4 forks of an empty interpreter", ms, f"{bare_forks * 1e3:.2f} ms", schedule / bare_forks, None),
        Row("schedules like that in a second", f"{1 / schedule:.0f}", "", 1 / schedule, None, ""),
    ]


def _ask(forker: socket.socket) -> None:
    forker.send(bytes([_IN_A_ROW]))
    forker.recv(1)


@contextmanager
def _forker(*root: str) -> Iterator[socket.socket]:
    """An interpreter that forks four processes, one after the other, as many times as it is told.

    It holds nothing, or, given the folder of the project, the modules that every worker holds too.

    It is not this process, which after a fork would pay for the copies of its own memory while the schedule is timed.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-I", "-S", "-c", _FORKER, str(theirs.fileno()), *root]
        process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
    with ours:
        yield ours
    process.wait()
