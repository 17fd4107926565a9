"""Runs in the processes of a real run: short pauses at random places, so that rare interleavings are seen.

Between any two bytecodes of the program, and between any two lines of `multiprocessing`'s own code (a Queue's feeder
among it), a thread may give up its processor or sleep a little. How often and how long is drawn anew for each process,
so that some runs have one slow process among fast ones. It changes when things happen and nothing else.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
from pathlib import Path
from random import Random
from typing import Any

RATES = (0.0, 0.02, 0.1, 0.3)  # pauses for each bytecode or line
LONGEST_S = (0.0, 0.002, 0.008, 0.06)
FIRST_S = (0.0, 0.003, 0.01)  # the longest pause of a forked process before its first line: its siblings catch up
FULL_S = 0.25  # of pauses in one process: enough for any order, and then it gets on with it

# Not where processes are started: that would only keep siblings from running at the same time.
_LIBRARY = frozenset(
    str(Path(multiprocessing.__file__).with_name(f"{name}.py"))
    for name in ("queues", "synchronize", "sharedctypes", "connection")
)


def install(program: str, seed: int) -> None:
    """Makes this process, its threads and its forked children pause here and there in `program` and the library."""
    Noise(program, seed).install()


class Noise:
    """The pauses of one process."""

    def __init__(self, program: str, seed: int) -> None:
        self.program = program
        self.seed = seed

    def install(self) -> None:
        self._draw()
        os.register_at_fork(after_in_child=self._begin)
        threading.settrace(self._enter)
        sys.settrace(self._enter)

    def _begin(self) -> None:
        self._draw()
        time.sleep(self.random.random() * self.random.choice(FIRST_S))

    def _draw(self) -> None:
        self.random = Random(f"{self.seed} {os.getpid()}")
        self.rate = self.random.choice(RATES)
        self.longest_s = self.random.choice(LONGEST_S)
        self.left_s = FULL_S

    def _enter(self, frame: Any, _event: str, _argument: object) -> Any:
        name = frame.f_code.co_filename
        if name == self.program:
            if frame.f_code.co_name == "<module>":  # only definitions
                return None
            frame.f_trace_opcodes = True
            return self._pause
        return self._pause if name in _LIBRARY else None

    def _pause(self, _frame: Any, _event: str, _argument: object) -> Any:
        if self.random.random() < self.rate and self.left_s > 0:
            seconds = self.random.random() ** 3 * self.longest_s  # mostly short ones
            self.left_s -= seconds
            if seconds:
                time.sleep(seconds)
            elif hasattr(os, "sched_yield"):
                os.sched_yield()
        return self._pause
