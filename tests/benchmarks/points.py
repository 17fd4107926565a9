"""A scheduling point against a bare round trip of the same bytes between two processes on the same core."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.strategies.random_walk import RandomWalk
from tests.benchmarks.measuring import Row, in_turns, on_one_core, seconds

PROGRAM = Path(__file__).with_name("program.py")
GOAL = 2.0
_PROCESSES, _ROUNDS, _TRIPS, _REPETITIONS = 2, 250, 2000, 21
_LIMITS = Limits(steps=100_000)

# What a lock's acquire is on the wire, and its answer.
_QUESTION = b"\0" * 8 + b'["lock.acquire","main/lock.1",[true,null],9,[]]'
_ANSWER = b"\0" * 8 + b'["ok",true]'


def rows() -> list[Row]:
    with on_one_core(), _echo() as end, Engine(PROGRAM) as engine:
        walk = RandomWalk(Random(0))

        def point() -> float:
            steps = 0

            def run() -> None:
                nonlocal steps
                steps = len(engine.run_once([_PROCESSES, _ROUNDS], walk, _LIMITS).steps)

            return seconds(run) / steps

        def trip() -> float:
            return seconds(lambda: _trips(end)) / _TRIPS

        point()
        ours, bare = in_turns([point, trip], _REPETITIONS)
    return [
        Row("a scheduling point / a bare round trip", f"{ours * 1e6:.1f} µs", f"{bare * 1e6:.1f} µs", ours / bare, GOAL)
    ]


def _trips(end: socket.socket) -> None:
    for _ in range(_TRIPS):
        end.sendall(_QUESTION)
        end.recv(16384)


@contextmanager
def _echo() -> Iterator[socket.socket]:
    """A process that gives the answer to each question, with nothing in between."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        try:
            while theirs.recv(16384):
                theirs.sendall(_ANSWER)
        finally:
            os._exit(0)
    theirs.close()
    with ours:
        yield ours
    os.waitpid(pid, 0)
