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
from checker.strategies.dpor import Dpor
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
    engine, other = Engine(PROGRAM), Engine(PROGRAM)
    with on_one_core(), _forker(str(ROOT)) as laden, _forker() as bare, engine, other:
        walk = RandomWalk(Random(0))
        steps = len(engine.run_once([_CHILDREN, _ROUNDS], walk, _LIMITS).steps)
        explored = _Explored(engine)

        def walks() -> None:
            for _ in range(_IN_A_ROW):
                engine.run_once([_CHILDREN, _ROUNDS], walk, _LIMITS)

        def all_run() -> None:
            other.forget()
            other.run_once([_CHILDREN, _ROUNDS], walk, _LIMITS)

        works = (explored.some, walks, lambda: _ask(laden), lambda: _ask(bare))
        measures = [lambda work=work: seconds(work) / _IN_A_ROW for work in works]
        schedule, walk_s, laden_s, bare_s, new_s = in_turns([*measures, lambda: seconds(all_run)], _REPETITIONS)
    what = f"4 processes, {steps} steps"
    forks = f"{laden_s * 1e3:.2f} ms"
    return [
        Row(f"{what}, explored / 4 forks of what workers hold", _ms(schedule), forks, schedule / laden_s, GOAL),
        Row(f"{what}, at random / 4 forks of what workers hold", _ms(walk_s), forks, walk_s / laden_s, None),
        Row(f"{what}, nothing known / 4 forks of what workers hold", _ms(new_s), forks, new_s / laden_s, None),
        Row(f"{what}, explored / 4 forks of an empty one", _ms(schedule), _ms(bare_s), schedule / bare_s, None),
        Row("schedules explored in a second", f"{1 / schedule:.0f}", "", 1 / schedule, None, ""),
    ]


class _Explored:
    """Schedules of explorations with the strategy that proves, one after another."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._strategy = Dpor()

    def some(self) -> None:
        for _ in range(_IN_A_ROW):
            if self._strategy.exhausted:
                self._strategy = Dpor()
            self._engine.run_once([_CHILDREN, _ROUNDS], self._strategy, _LIMITS)


def _ms(value_s: float) -> str:
    return f"{value_s * 1e3:.2f} ms"


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
