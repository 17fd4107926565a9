"""The second judge: a process of its own that explores the shares that the first one gives it. It runs no student code.

It prints nothing. It ends when the first one is gone, or when it is told to by a signal, and leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import math
import signal
import socket
import time
from collections.abc import Collection
from itertools import groupby
from pathlib import Path
from types import FrameType

from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.errors import InfraError, NotRepeatable, StartAgain
from checker.exploration import Exploration
from checker.jobs.conversation import Line, counts
from checker.judge import Failure, judge, refusal
from checker.programs import Program
from checker.spec import Scenario
from checker.strategies.divided import Divided
from checker.strategies.shares import from_json, to_json
from checker.trace import EndKind, Json, Trace
from checker.wire import TooLarge

TELL_EVERY_S = 0.02
"""Wall seconds between two tellings of how many schedules were explored: the budget is the first one's."""
_ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


def main(descriptor: int, cores: Collection[int]) -> None:
    """Serves the first judge on the socket of this number, until it is gone."""
    for number in _ENDING:
        if number == signal.SIGTERM or signal.getsignal(number) is not signal.SIG_IGN:  # nobody ends the first by it
            signal.signal(number, _end)
    line = Line(socket.socket(fileno=descriptor))
    with contextlib.suppress(EOFError, OSError):
        try:
            message = line.receive(None)
            assert message is not None
            _, told, source, folder = message
            program = Program(**{**told, "arguments": tuple(told["arguments"])})
            with program.engine(cores=cores, within=Path(folder)) as engine:
                _Second(line, engine, program, source).serve()
        except (InfraError, NotRepeatable, TooLarge) as error:
            line.send("trouble", 0, str(error))
            line.receive(None)


def _end(number: int, frame: FrameType | None) -> None:
    for each in _ENDING:
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(0)


class _Second:
    """The second judge at work; `_found` has the schedules that the first one need not look at."""

    def __init__(self, line: Line, engine: Engine, program: Program, source: str) -> None:
        self._line = line
        self._engine = engine
        self._scenarios = program.scenarios()
        self._source = source
        self._number = 0
        self._divided: Divided | None = None
        self._found: Exploration[Failure] = Exploration()
        self._other_is_hungry = self._said_hungry = self._told_of_rounds = False
        self._told_at = 0.0

    def serve(self) -> None:
        """Takes what comes between two schedules, and only waits for it where there is nothing to run."""
        while True:
            divided = self._divided
            has_work = divided is not None and not divided.idle
            if divided is not None and not has_work and not self._said_hungry:
                self._tell()
                self._said_hungry = True
                self._line.send("hungry", self._number)
            message = self._line.receive(0 if has_work else None)
            if message is not None:
                self._take(message)
            elif divided is not None:
                self._explore(divided)

    def _take(self, message: Json) -> None:
        word, number, *more = message
        if word == "begin":
            self._number, self._divided, self._found = number, Divided(first=False), Exploration()
            self._scenario: Scenario = self._scenarios[more[0]]
            self._engine.fine = more[1]
            self._other_is_hungry = self._said_hungry = self._told_of_rounds = False
        divided = self._divided
        if number != self._number or divided is None:
            return
        if word == "share":
            self._said_hungry = False
            divided.put_in(from_json(more[0]))
            self._tell()
        elif word == "hungry":
            self._other_is_hungry = True
        elif word == "finish":
            self._tell_kept()
        if word in ("finish", "stop"):
            self._divided = None

    def _explore(self, divided: Divided) -> None:
        scenario = self._scenario
        limits = Limits(steps=scenario.steps, seconds=math.inf)  # the first one looks at the clock, and ends all
        try:
            trace = self._engine.run_once(scenario.args, divided, limits, output=scenario.output.value)
        except StartAgain:
            self._divided = None
            self._line.send("again", self._number, self._engine.fine)
            return
        self._look(trace)
        if self._other_is_hungry and divided.give():
            self._other_is_hungry = False
        self._tell()

    def _look(self, trace: Trace) -> None:
        """Counts a schedule; leaves to the first one whatever is not as it mostly is."""
        found = self._found
        fails = refusal(trace) is not None
        if trace.ending.kind is not EndKind.PRUNED:
            fails = fails or judge(self._scenario, trace, self._source) is not None
            rounds = not self._told_of_rounds and trace.goes_round
            if fails or rounds or trace.ending.kind is not EndKind.FINISHED:
                self._told_of_rounds = self._told_of_rounds or rounds
                self._line.send("look", self._number, _runs(trace), trace.ending.kind.value, fails)
                return
        found.steps += len(trace.steps)
        found.relies |= trace.relies
        if trace.ending.kind is EndKind.PRUNED:
            found.pruned += 1
            return
        found.schedules += 1
        found.bounds.widen(len(trace.tasks), len(trace.steps))
        found.keep(trace)
        if found.fastest is None or trace.makespan_s < found.fastest.makespan_s:
            found.fastest = trace

    def _tell(self) -> None:
        """Passes on the shares, and the counts before them; the counts alone now and then."""
        divided = self._divided
        shares = divided.taken_out() if divided is not None else []
        now = time.monotonic()
        is_idle = divided is None or divided.idle
        if divided is not None and (shares or is_idle or now - self._told_at > TELL_EVERY_S):
            self._told_at = now
            self._line.send("counts", self._number, counts(self._found, gave_up=divided.gave_up))
        for share in shares:
            self._line.send("share", self._number, to_json(share))

    def _tell_kept(self) -> None:
        found = self._found
        for _, trace in found.sample:
            self._line.send("kept", self._number, _runs(trace))
        if found.fastest is not None:
            self._line.send("fastest", self._number, _runs(found.fastest))
        self._line.send("finished", self._number)


def _runs(trace: Trace) -> Json:
    """The tasks of a schedule, each with how many steps it takes in turn."""
    return [[task, sum(1 for _ in steps)] for task, steps in groupby(trace.choices)]
