"""The pipeline for any script: a file and its arguments in, one `Result` out. Nothing is known of what it should do.

It must only end, in every process, without an exception and with exit code 0. What it prints decides nothing here.
"""

from __future__ import annotations

import multiprocessing
import platform
import re
import time
import tokenize
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from checker import __version__
from checker.analysis.forks import seen_start_method
from checker.analysis.thread_locks import thread_locks_told
from checker.check import NO_FIT
from checker.confirm import confirm_failure, run_fresh
from checker.counts import counted
from checker.engine.engine import Engine
from checker.errors import InfraError, NotRepeatable, StartAgain, UsageError
from checker.findings import finding_of
from checker.hazards import hazards_of
from checker.jobs.first import second_judge
from checker.judge import judge, refusal
from checker.options import Options
from checker.programs import AS_ASKED, Program
from checker.result import Check, Hazard, HazardKind, Outcome, Reason, Result, Verdict
from checker.scenario import Examined, Examiner, Refused
from checker.schedules import FINE, decode
from checker.spec import Scenario
from checker.stops import Stop, demand_enough, read_source, refused
from checker.trace import EndKind, Trace

SENTENCE = "no interleaving gets stuck or ends with an error"
_FORCED = ("fork", "spawn")
_HAS_FINALIZERS = re.compile(r"^\s*def __del__\b", re.MULTILINE)
_FINALIZERS = "objects of the program do something when they end (__del__), which may be at any time: nothing is proved"
_IMPORTS_DATETIME = re.compile(r"^\s*(import|from)\b.*\bdatetime\b", re.MULTILINE)
_ASKS_DATETIME = re.compile(r"\.(now|utcnow|today)\b")
_REAL_CLOCK = "the program reads the real clock (datetime), which says something else in every run: nothing is proved"
_ALONE = "nothing to interleave: no second process was started"


@dataclass(frozen=True, slots=True)
class Script:
    """A file as a person here would write it, and what follows it on the command line."""

    file: Path
    arguments: tuple[str, ...] = ()


def explore(script: Script, options: Options, progress: Callable[[str], None] = lambda text: None) -> Result:
    """Explores one script. Every expected trouble is a verdict; only our own bugs raise.

    Raises:
        UsageError: there is no such file, or it cannot be read.
    """
    return _Exploring(script, options, progress).run()


def replay(script: Script, schedule: str, options: Options) -> Result:
    """Runs one schedule again, in fresh processes, and judges it alone.

    Raises:
        UsageError: the text is no schedule of a script, or there is no such file.
    """
    return _Exploring(script, options, lambda text: None).replay(schedule)


class _Exploring:
    """One exploration: its inputs, and what has become of it so far."""

    def __init__(self, script: Script, options: Options, progress: Callable[[str], None]) -> None:
        self._script = script
        self._options = options
        self._progress = progress
        self._started = time.monotonic()
        self._default = multiprocessing.get_all_start_methods()[0]
        self._forced = options.start_method
        self._check: tuple[Check, ...] = (Check("explored", SENTENCE, Outcome.NOT_RUN, 0, 0),)
        self._examined: Examined | None = None
        self._start_method = self._forced or self._default
        self._proved = False
        self._source = ""
        self._told_of_threads = ""
        self._notes: tuple[str, ...] = ()
        self._warnings: tuple[Hazard, ...] = ()

    def run(self) -> Result:
        try:
            self._source = _source_of(self._script.file)
            self._told_of_threads = thread_locks_told(self._source)
            with self._engine() as engine:
                self._explore(engine)
        except Stop as stop:
            return self._result(stop.verdict, stop)
        except Refused as why:
            told = refused(why.refusal, self._script.file)
            return self._result(told.verdict, told)
        except InfraError as error:
            return self._unchecked(Reason.INFRA, str(error))
        return self._result(Verdict.PASS)

    def replay(self, schedule: str) -> Result:
        name, choices = decode(schedule)
        method = name.removesuffix(FINE)
        if method not in (AS_ASKED, *_FORCED):
            raise UsageError(f"a schedule of a script begins with {AS_ASKED}@, fork@ or spawn@, not {method!r}")
        self._forced = method if method in _FORCED else None
        self._start_method = self._forced or self._default
        self._check = ()
        try:
            self._source = _source_of(self._script.file)
            with self._engine(fine=name.endswith(FINE)) as engine:
                self._run_again(engine, choices)
        except Stop as stop:
            return self._result(stop.verdict, stop)
        except (NotRepeatable, StartAgain):
            return self._unchecked(Reason.LIMIT, NO_FIT)
        except InfraError as error:
            return self._unchecked(Reason.INFRA, str(error))
        return replace(self._result(Verdict.PASS), message="this schedule does not fail (any more), others may")

    def _explore(self, engine: Engine) -> None:
        options, scenario, started = self._options, self._scenario, time.monotonic()
        examiner = Examiner(
            engine,
            self._source,
            options.schedules,
            options.seconds,
            options.seed,
            self._progress,
            preemptions=options.preemptions,
        )
        with second_judge(options.jobs, engine, self._program, self._source) as second:
            examined = replace(examiner, second=second).examine(scenario)
        sample = examined.found.sample
        is_alone = bool(sample) and all(len(trace.tasks) == 1 for _, trace in sample)
        self._proved = examined.found.proved and not is_alone and not _unproved(self._source)
        if self._proved:
            examined = examiner.repeat_proof(scenario, examined)
        self._examined = examined
        found = examined.found
        self._see(found.failing or (found.sample[0][1] if found.sample else None))
        if examined.finding is not None:
            self._demand_a_verdict(found.failing)
            first = examined.finding.sentence.partition("\n")[0]
            self._check = (Check("explored", SENTENCE, Outcome.FAIL, 0, 0, first),)
            raise Stop(Verdict.FAIL, finding=examined.finding)
        demand_enough(scenario, found, self._source)
        self._notes += _unproved(self._source)
        self._proved = self._proved and found.proved
        if is_alone:
            self._told_of_threads = ""
        kinds = set(HazardKind) - ({HazardKind.LOCK_ORDER} if found.proved else set())
        self._warnings = hazards_of((trace for _, trace in found.sample), self._source, kinds)
        sentence, detail = SENTENCE, f"{found.schedules:,} that differ{'s' if found.schedules == 1 else ''} in effect"
        if not self._proved:
            sentence = f"no failure in {counted(found.schedules, 'schedule')}"
            exhausted = examined.explored.exhausted
            detail = "which proves nothing, see below" if exhausted else "not every interleaving was explored"
            if found.bounded:
                sentence = f"no failure with {found.strategy}"
                detail = counted(found.schedules, "schedule")
        if is_alone:  # to call that a proof would only deceive one who forgot to start anybody
            sentence, detail = _ALONE, ""
        seconds = time.monotonic() - started
        self._check = (Check("explored", sentence, Outcome.PASS, 0, 0, detail, seconds),)

    def _run_again(self, engine: Engine, choices: tuple[str, ...]) -> None:
        scenario = self._scenario
        trace = run_fresh(engine, scenario, choices)
        self._see(trace)
        why = refusal(trace)
        if why is not None:
            raise refused(why, self._script.file)
        failure = judge(scenario, trace, self._source)
        if failure is not None:
            self._demand_a_verdict(trace)
            confirmed = confirm_failure(engine, scenario, self._source, trace, failure)
            raise Stop(Verdict.FAIL, finding=finding_of(failure, confirmed, scenario, self._source, 0))

    def _demand_a_verdict(self, trace: Trace | None) -> None:
        """Says that nothing can be said where a lab would be at fault: a script may well compute, and print, a lot.

        Raises:
            Stop: with the reason.
        """
        ending = trace.ending if trace is not None else None
        if ending is None or ending.kind not in (EndKind.ENDLESS_LOOP, EndKind.OUTPUT_LIMIT):
            return
        who = f"{'a process' if ending.task != 'main' else 'main'}{f' (line {ending.line})' if ending.line else ''}"
        message = f"{who} prints {ending.detail}, which is more than is looked at"
        if ending.kind is EndKind.ENDLESS_LOOP:
            limit = f"{self._options.cpu_limit_s:g} s"
            message = (
                f"{who} computes for more than {limit} without coming to anything shared.\n"
                "It may loop without end, or have much to do: --cpu-limit gives it more."
            )
        raise Stop(Verdict.UNCHECKED, message=message, reason=Reason.LIMIT)

    @property
    def _scenario(self) -> Scenario:
        return self._program.scenarios()[0]

    @property
    def _program(self) -> Program:
        script, options = self._script, self._options
        return Program(
            str(script.file), None, script.arguments, options.seed, options.cpu_limit_s, self._forced
        )

    def _engine(self, *, fine: bool = False) -> Engine:
        return self._program.engine(
            fine=fine,
            computing=lambda name, seconds: self._progress(f"waiting for {name}, which computes ({seconds:.0f} s)"),
        )

    def _see(self, trace: Trace | None) -> None:
        """Takes note of how the script really starts its processes."""
        if trace is not None and self._forced is None:
            self._start_method = seen_start_method(trace, self._default)

    def _unchecked(self, reason: Reason, message: str) -> Result:
        return self._result(Verdict.UNCHECKED, Stop(Verdict.UNCHECKED, message=message, reason=reason))

    def _result(self, verdict: Verdict, stop: Stop | None = None) -> Result:
        examined, told = self._examined, self._told_of_threads if verdict is not Verdict.ERROR else ""
        return Result(
            lab=None,
            title="",
            file=str(self._script.file),
            verdict=verdict,
            proved=verdict is Verdict.PASS and self._proved,
            reason=stop.reason if stop else None,
            message=stop.message if stop else "",
            checks=self._check,
            scenarios=(examined.explored,) if examined is not None else (),
            finding=stop.finding if stop else None,
            notes=tuple(filter(None, (*(examined.notes if examined else ()), *self._notes, told))),
            seconds=time.monotonic() - self._started,
            python=platform.python_version(),
            checker=__version__,
            seed=self._options.seed,
            start_method=self._start_method,
            arguments=self._script.arguments,
            warnings=self._warnings,
        )


def _unproved(source: str) -> tuple[str, ...]:
    """What is in the text of a script that no schedule decides."""
    notes = [_FINALIZERS] if _HAS_FINALIZERS.search(source) else []
    if _IMPORTS_DATETIME.search(source) and _ASKS_DATETIME.search(source):
        notes.append(_REAL_CLOCK)
    return tuple(notes)


def _source_of(file: Path) -> str:
    """The text of a script, in the encoding that it declares.

    Raises:
        UsageError: it is not there, or cannot be read.
        Stop: it is not text.
    """
    try:
        return read_source(file)
    except Stop:
        try:
            with tokenize.open(file) as stream:
                return stream.read()
        except (SyntaxError, ValueError, OSError):
            pass
        raise
