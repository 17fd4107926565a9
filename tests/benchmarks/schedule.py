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
from tests.benchmarks.measuring import Row, in_turns, on_one_core, seconds
from tests.benchmarks.points import PROGRAM

GOAL = 0.25
_CHILDREN, _ROUNDS, _REPETITIONS = 3, 2, 201
_LIMITS = Limits()
_FORKER = """
import os, socket, sys
end = socket.socket(fileno=int(sys.argv[1]))
while end.recv(1):
    for _ in range(4):
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
    end.send(b".")
"""


def rows() -> list[Row]:
    with on_one_core(), _forker() as forker, Engine(PROGRAM) as engine:
        walk = RandomWalk(Random(0))
        steps = len(engine.run_once([_CHILDREN, _ROUNDS], walk, _LIMITS).steps)
        schedule, forks = in_turns(
            [
                lambda: seconds(lambda: engine.run_once([_CHILDREN, _ROUNDS], walk, _LIMITS)),
                lambda: seconds(lambda: _ask(forker)),
            ],
            _REPETITIONS,
        )
    what = f"a schedule of 4 processes and {steps} steps / 4 bare forks"
    return [
        Row(what, f"{schedule * 1e3:.2f} ms", f"{forks * 1e3:.2f} ms", schedule / forks, GOAL),
        Row("schedules like that in a second", f"{1 / schedule:.0f}", "", 1 / schedule, None, ""),
    ]


def _ask(forker: socket.socket) -> None:
    forker.send(b".")
    forker.recv(1)


@contextmanager
def _forker() -> Iterator[socket.socket]:
    """A bare interpreter that forks four processes, one after the other, for each byte that it is sent.

    Not this process: after a fork it would pay for the copies of its own memory while the schedule is timed.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-I", "-S", "-c", _FORKER, str(theirs.fileno())]
        process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
    with ours:
        yield ours
    process.wait()
