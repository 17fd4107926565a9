"""The first judge's side: starts the second one, talks to it between schedules, and ends it.

    first judge  --- socket --- second judge       each with a core, a zygote and worker processes of its own

The second is a fresh interpreter that is told which program to run: no student code is ever in it.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import TypeVar

from checker.counts import counted
from checker.engine.engine import Engine
from checker.engine.workers import ROOT
from checker.errors import MalformedMessage, NotRepeatable, PartnerLost, StartAgain
from checker.exploration import MAX_KEPT_TRACES, Exploration
from checker.jobs.conversation import Line, add_counts
from checker.programs import Program
from checker.spec import Scenario
from checker.strategies.base import Strategy
from checker.strategies.divided import Divided
from checker.strategies.replay import Replay
from checker.strategies.shares import from_json, to_json
from checker.trace import EndKind, Json, Trace
from checker.wire import TooLarge

_CLOSE_S = 10.0
"""Wall seconds after which a second judge that does not end is killed; its processes then end by themselves."""
_ANSWER_S = 60.0
"""Wall seconds after which a second judge that says nothing, though it has nothing else to do, is given up."""
_CODE = (
    "import os, sys; sys.path.insert(0, {root!r}); import checker; del sys.path[0]; "
    "os.sched_setaffinity(0, {cores!r}); from checker.jobs.second import main; main({fd}, {cores!r})"
)
_F = TypeVar("_F")


class SecondJudge:
    """The second judge of one program, for one exploration after the other.

    Attributes:
        lost: why there is none, or none any more; "" as long as there is one.
    """

    def __init__(self, engine: Engine, program: Program, source: str) -> None:
        self.lost = ""
        self._engine = engine
        self._scenarios = program.scenarios()
        self._number = 0
        self._line: Line | None = None
        self._process: subprocess.Popen[bytes] | None = None
        cores = sorted(engine.spare_cores)
        if not cores:
            self.lost = "there is no second core for it"
            return
        try:
            mine, theirs = socket.socketpair()
        except OSError as error:
            self.lost = str(error.strerror)
            return
        self._line = Line(mine)
        code = _CODE.format(root=str(ROOT), cores=cores, fd=theirs.fileno())
        quiet = subprocess.DEVNULL
        told = None if os.environ.get("CHECKER_DEBUG") else quiet
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", code], pass_fds=(theirs.fileno(),), stdin=quiet, stdout=quiet, stderr=told
            )
            theirs.close()  # else nobody would come to know that the other one has ended before it took a long text
            self._line.send("program", asdict(program), source, str(engine.folder))
        except (EOFError, OSError, TooLarge) as error:
            self.lost = _told(error)
        finally:
            theirs.close()

    def close(self) -> None:
        """Ends the process, and with it all that it started; what it may leave behind is in the engine's folder."""
        if self._line is not None:
            self._line.close()
        process = self._process
        if process is None:
            return
        try:
            process.terminate()
            process.wait(_CLOSE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def on(self, scenario: Scenario) -> Exploring | None:
        """The partner for exploring a scenario; None where there is none."""
        if not self.lost and scenario not in self._scenarios:
            self.lost = "it does not know the scenario"
        return None if self.lost else Exploring(self, self._scenarios.index(scenario))

    def begin(self, scenario: int) -> int:
        """Begins an exploration there, in steps as fine as here, and gives its number."""
        self._number += 1
        self.say("begin", self._number, scenario, self._engine.fine)
        return self._number

    def again(self, *, fine: bool) -> StartAgain:
        """What was explored is void there, and so it is here; from now on it is explored in such steps."""
        self._engine.fine = self._engine.fine or fine
        return StartAgain()

    def say(self, *message: Json) -> None:
        """Sends a message. Raises PartnerLost if that cannot be."""
        assert self._line is not None
        try:
            self._line.send(*message)
        except (EOFError, OSError, TooLarge) as error:
            raise self.fail(_told(error)) from None

    def hear(self, seconds: float) -> Json | None:
        """The next message about the latest exploration, if one comes within so many wall seconds."""
        assert self._line is not None
        until = time.monotonic() + seconds
        while True:
            try:
                message = self._line.receive(max(0.0, until - time.monotonic()) if seconds else 0.0)
            except (EOFError, OSError, MalformedMessage):
                raise self.fail("it ended") from None
            if message is None:
                return None
            word, number, *more = message
            if word == "trouble":
                raise self.fail(str(more[0]))
            if number == self._number:
                return [word, *more]

    def fail(self, why: str) -> PartnerLost:
        """Gives the second judge up."""
        self.lost = why
        self.close()
        return PartnerLost(why)


class Exploring:
    """The exploration of one scenario by two; what it does is said in `explore.Partner`."""

    def __init__(self, second: SecondJudge, scenario: int) -> None:
        self._second = second
        self._scenario = scenario
        self._number = 0
        self._has_given = False

    def begin(self) -> Divided:
        self._number = self._second.begin(self._scenario)
        self._divided = Divided(first=True)
        self._counted = (0, 0, 0)
        self._is_hungry = self._said_hungry = self._has_given = False
        return self._divided

    def turn(self, found: Exploration[_F], seconds: float) -> Strategy | None:
        divided = self._divided
        while message := self._second.hear(0.0):
            if looked_at := self._take(found, message):
                return looked_at
        self._pass_on()
        if divided.idle and not divided.exhausted:
            if not self._said_hungry:
                self._said_hungry = True
                self._second.say("hungry", self._number)
            message = self._second.hear(max(0.0, seconds))
            return self._take(found, message) if message is not None else None
        if divided.exhausted:
            return None
        self._said_hungry = False
        if self._is_hungry and divided.give():
            self._is_hungry, self._has_given = False, True
        self._pass_on()
        return divided

    def compare(self, trace: Trace, *, fails: bool) -> None:
        steps, kind, failed = self._told
        if (len(trace.steps), trace.ending.kind, fails) != (steps, kind, failed):
            expected = f"a schedule of {counted(steps, 'step')} ({kind.value})"
            actual = f"one of {counted(len(trace.steps), 'step')} ({trace.ending.kind.value})"
            raise NotRepeatable(len(trace.steps), expected, actual, None)

    def gather(
        self, found: Exploration[_F], run: Callable[[Strategy], Trace], judge: Callable[[Trace], _F | None]
    ) -> None:
        if not self._has_given:
            return
        self._second.say("finish", self._number)
        sample: list[tuple[str, ...]] = []
        fastest: list[tuple[str, ...]] = []
        while (message := self._second.hear(_ANSWER_S)) != ["finished"]:
            if message is None:
                raise self._second.fail("it does not answer")
            if message[0] in ("kept", "fastest"):
                (sample if message[0] == "kept" else fastest).append(_choices(message[1]))
        every = -(-(len(found.sample) + len(sample)) // MAX_KEPT_TRACES)
        found.sample = found.sample[::every]
        sample = sample[::every]
        for number, choices in enumerate((*sample, *fastest)):
            try:
                trace = run(Replay(choices))
            except NotRepeatable as error:
                found.not_repeatable = error
                return
            if trace.choices != choices or trace.ending.kind is not EndKind.FINISHED or judge(trace) is not None:
                found.not_repeatable = NotRepeatable(len(choices), "a schedule without a failure", "another", None)
                return
            if number < len(sample):
                found.sample.append((found.schedules, trace))
            if found.fastest is None or trace.makespan_s < found.fastest.makespan_s:
                found.fastest = trace

    def stop(self) -> None:
        with contextlib.suppress(PartnerLost):
            if self._number and not self._second.lost:
                self._second.say("stop", self._number)
                self._number = 0

    def _take(self, found: Exploration[_F], message: Json) -> Strategy | None:
        """Takes a message; what is to be run, if it is one that wants something looked at."""
        divided = self._divided
        try:
            match message:
                case ["hungry"]:
                    self._is_hungry = True
                case ["share", share]:
                    divided.put_in(from_json(share))
                    self._said_hungry = False
                    self._pass_on()
                case ["counts", told]:
                    self._counted = add_counts(found, self._counted, told)
                    divided.gave_up = divided.gave_up or bool(told[-1])
                case ["again", fine]:
                    raise self._second.again(fine=bool(fine))
                case ["look", runs, kind, fails]:
                    choices = _choices(runs)
                    self._told = (len(choices), EndKind(kind), bool(fails))
                    return Replay(choices)
                case _:
                    raise MalformedMessage("not a word of this conversation")
        except (MalformedMessage, ValueError, TypeError) as error:
            raise self._second.fail(str(error)) from None
        return None

    def _pass_on(self) -> None:
        for share in self._divided.taken_out():
            self._second.say("share", self._number, to_json(share))


def _told(error: Exception) -> str:
    if isinstance(error, TooLarge):
        return f"what it would have to be told is too much ({error})"
    return "it ended" if isinstance(error, EOFError | ConnectionError) else str(error)


def _choices(runs: Json) -> tuple[str, ...]:
    return tuple(str(task) for task, count in runs for _ in range(int(count)))


@contextlib.contextmanager
def second_judge(jobs: int, engine: Engine, program: Program, source: str) -> Iterator[SecondJudge | None]:
    """The second judge where two jobs are wanted, ended at the end of the context."""
    if jobs == 1:
        yield None
        return
    second = SecondJudge(engine, program, source)
    try:
        yield second
    finally:
        second.close()
