"""Judges one trace by a scenario: the failure it shows, or none. Looks at data only; runs nothing.

In this order: what ended the schedule; exceptions and exit codes; what the scenario expects; what it forbids.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from checker.analysis.exceptions import headline, last_line
from checker.analysis.gone import gone
from checker.analysis.livelock import Livelock, livelock
from checker.analysis.names import Names, names_of
from checker.analysis.steps import is_traceback
from checker.analysis.waits import WaitTold, stuck
from checker.counts import listed
from checker.hazards import seen_in
from checker.result import HazardKind, Kind
from checker.spec import Expectation, Mismatch, Observation, Output, ProcessSeen, Progress, Scenario
from checker.trace import Ending, EndKind, TaskRecord, Trace

MAX_TEXT_CHARS = 1000
"""What the student's program made is told up to this length."""
_RESULT_CHARS = 200

FOLLOWED = (
    "Process, Lock, RLock, Semaphore, BoundedSemaphore, Value, Array, RawValue, RawArray, Queue, JoinableQueue, "
    "SimpleQueue"
)
"""What of multiprocessing is controlled, for those who used something else."""

_NOT_CONTROLLED = re.compile(r"(?P<what>.+?) is not controlled(?P<yet> yet)?(?P<why>: .+)?", re.DOTALL)


class Refusal(NamedTuple):
    """Why a program cannot be run under control, for the student; `uncontrolled`: it may be right all the same."""

    sentence: str
    uncontrolled: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a trace fails. `tasks` are the paths that take part; `line` is where to look first."""

    kind: Kind
    sentence: str
    tasks: tuple[str, ...] = ()
    waits: tuple[WaitTold, ...] = ()
    expected: str | None = None
    actual: str | None = None
    line: int | None = None
    traceback: str | None = None

    def same_as(self, other: Failure | None) -> bool:
        """Whether the other failure is the same one, seen again; how a broken message looks depends on timing."""
        if self.kind is Kind.PROTOCOL:
            return other is not None and other.kind is Kind.PROTOCOL
        return other is not None and (self.kind, self.sentence, self.line) == (other.kind, other.sentence, other.line)


def refusal(trace: Trace) -> Refusal | None:
    """Why the program cannot be run under control at all; None if that is not how the schedule ended.

    A thread is no refusal but a failure: the labs are about processes.
    """
    ending = trace.ending
    if ending.kind is not EndKind.REFUSED or ending.reason == "thread":
        return None
    if ending.reason == "uncontrolled":
        return Refusal(_uncontrolled(ending), uncontrolled=True)
    return Refusal(ending.detail if ending.line is None else f"line {ending.line}: {ending.detail}", uncontrolled=False)


def _uncontrolled(ending: Ending) -> str:
    where = "" if ending.line is None else f" (line {ending.line})"
    said = _NOT_CONTROLLED.fullmatch(ending.detail)
    what = f"{said['what']}{said['yet'] or ''}{where}{said['why'] or ''}" if said else f"this{where}: {ending.detail}"
    instead = f"\nIt can follow {FOLLOWED}." if said and said["yet"] else ""
    return f"the checker cannot follow {what}; your program may be right.{instead}"


def judge(scenario: Scenario, trace: Trace, source: str) -> Failure | None:
    """The failure that `trace` shows, by what `scenario` asks for; `source` is the student's text, for names."""
    names = names_of(source, trace)
    if trace.ending.kind is EndKind.CYCLE and scenario.progress is Progress.POSSIBLE:
        return None
    return (
        _judge_ending(trace, names, source)
        or _judge_exits(scenario, trace, names)
        or _judge_expectations(scenario, trace)
        or _judge_hazards(scenario, trace, source)
    )


def _judge_ending(trace: Trace, names: Names, source: str) -> Failure | None:
    ending = trace.ending
    name = names.task(ending.task) if ending.task else "a process"
    tasks = (ending.task,) if ending.task else ()
    match ending.kind:
        case EndKind.CYCLE:
            return _livelock(livelock(trace, names), "nobody gets any further, though each of them goes on")
        case EndKind.STUCK:
            found = stuck(trace, names, source)
            circling = _livelock(livelock(trace, names, found), "nothing that it looks at can change any more")
            if circling is not None:
                return _with_crash(circling, trace, names)
            kind = Kind.DEADLOCK if found.deadlock else Kind.HANG
            failure = Failure(kind, _stuck_sentence(kind, found.waits), found.tasks, found.waits, line=found.line)
            return _with_crash(failure, trace, names)
        case EndKind.ENDLESS_LOOP:
            sentence = f"{name} loops without end: it computes and computes and never reaches anything shared"
            return Failure(Kind.ENDLESS_LOOP, sentence, tasks, line=ending.line)
        case EndKind.OUTPUT_LIMIT:
            return Failure(Kind.WRONG_RESULT, f"{name} prints without end: {ending.detail}", tasks, line=ending.line)
        case EndKind.VANISHED:
            sentence = f"{name} vanished without ending in a way that Python knows ({ending.detail})"
            return Failure(Kind.PROTOCOL, sentence, tasks, line=ending.line)
        case EndKind.MALFORMED:
            sentence = f"{name} sent the checker what only tampering can send: {ending.detail}"
            return Failure(Kind.PROTOCOL, sentence, tasks, line=ending.line)
        case EndKind.REFUSED if ending.reason == "thread":
            sentence = f"{name} starts a thread, but the labs are about processes: use multiprocessing.Process"
            return Failure(Kind.MISSING_PROCESS, sentence, tasks, line=ending.line)
    return None


def _livelock(found: Livelock | None, why: str) -> Failure | None:
    if found is None:
        return None
    sentence = f"the same round again and again, for ever ({found.told}): {why}"
    return Failure(Kind.LIVELOCK, sentence, found.tasks, line=found.line)


def _with_crash(failure: Failure, trace: Trace, names: Names) -> Failure:
    """If a process ended with an exception before the others got stuck: that with it, and its line is the one."""
    crashed = next((record for record in trace.tasks.values() if record.traceback and record.exit_code), None)
    if crashed is None or crashed.traceback is None:
        return failure
    line = last_line(crashed.traceback)
    return replace(
        failure,
        sentence=f"{failure.sentence}\nbefore that, {_ended_with(crashed, names)}",
        tasks=tuple(dict.fromkeys((*failure.tasks, crashed.path))),
        line=failure.line if line is None else line,
        traceback=crashed.traceback,
    )


def _ended_with(record: TaskRecord, names: Names) -> str:
    return f"{names.task(record.path)} ended with an exception: {cut(headline(record.traceback or ''))}"


def _stuck_sentence(kind: Kind, waits: tuple[WaitTold, ...]) -> str:
    if kind is Kind.DEADLOCK:
        return "none of these can ever go on: each waits for another of them"
    who = list(dict.fromkeys(wait.task for wait in waits))
    return f"{listed(who) or 'the program'} {'wait' if len(who) > 1 else 'waits'} for what can never come"


def _judge_exits(scenario: Scenario, trace: Trace, names: Names) -> Failure | None:
    if trace.ending.kind is not EndKind.FINISHED:
        return None
    bad = [record for record in trace.tasks.values() if _is_bad_exit(scenario, record, trace)]
    if bad:
        return _bad_exit(bad[0] if len(bad) == 1 else _first_failed(trace, bad), trace, names)
    if not trace.has_returned:
        return Failure(Kind.WRONG_RESULT, "main ended the program before it returned", ("main",))
    return None


def _is_bad_exit(scenario: Scenario, record: TaskRecord, trace: Trace) -> bool:
    if record.role == "feeder" or record.exit_code is None:
        return False
    by_another = record.killed_by is not None and record.killed_by != record.path
    if record.exit_code in scenario.exit_codes.get(record.name, (0,)) or (by_another and record.path != "main"):
        return False
    # A daemon, which may be ended at any time, has missed nothing.
    return not (record.daemon and gone(trace, record.path) is not None)


def _first_failed(trace: Trace, records: Sequence[TaskRecord]) -> TaskRecord:
    """The one of them that failed first: what the others do behind that may come of it."""
    wanted = {record.path: record for record in records}
    for step in trace.steps:
        if step.task in wanted and (is_traceback(step.op) or step.op.kind in ("exiting", "exit")):
            return wanted[step.task]
    return records[0]


def _bad_exit(record: TaskRecord, trace: Trace, names: Names) -> Failure:
    name = names.task(record.path)
    if record.traceback:
        line = last_line(record.traceback)
        tasks = (record.path, *_same_doers(trace, record.path))
        missed = gone(trace, record.path)
        if missed is not None:
            line, tasks = line or missed.line, (record.path, missed.maker)
        return Failure(Kind.EXCEPTION, _ended_with(record, names), tasks, line=line, traceback=record.traceback)
    if record.killed_by == record.path:
        return Failure(Kind.EXCEPTION, f"{name} killed itself", (record.path,))
    if record.killed_by is not None:
        sentence = f"{name} was killed by {names.task(record.killed_by)}"
        return Failure(Kind.EXCEPTION, sentence, (record.path, record.killed_by))
    return Failure(Kind.EXCEPTION, f"{name} ended with exit code {record.exit_code}", (record.path,))


def _same_doers(trace: Trace, task: str) -> tuple[str, ...]:
    """Who else gave back what `task` gave back in vain: one of them did it once too often."""
    mine = (s for s in reversed(trace.steps) if s.task == task and s.op.kind in ("lock.release", "queue.task_done"))
    last = next(mine, None)
    if last is None or last.answer is None:
        return ()
    same = (s.task for s in trace.steps if (s.op.kind, s.op.obj) == (last.op.kind, last.op.obj) and s.task != task)
    return tuple(dict.fromkeys(same))


def _judge_expectations(scenario: Scenario, trace: Trace) -> Failure | None:
    if trace.ending.kind is not EndKind.FINISHED:
        return None
    return judge_observation(scenario.expectations, observation(trace, scenario.output))


def _judge_hazards(scenario: Scenario, trace: Trace, source: str) -> Failure | None:
    """The first hazard that the scenario forbids, with the line of the later of its steps."""
    if not scenario.forbidden or trace.ending.kind is not EndKind.FINISHED:
        return None
    for seen in seen_in(trace, source, frozenset(map(HazardKind, scenario.forbidden))):
        line = trace.steps[seen.steps[-1]].op.line
        return Failure(Kind.DATA_RACE, seen.sentence, seen.tasks(trace), line=line)
    return None


def judge_observation(expectations: tuple[Expectation, ...], seen: Observation) -> Failure | None:
    """The first expectation that does not hold for what was seen."""
    for expectation in expectations:
        mismatch = _mismatch(expectation, seen)
        if mismatch is not None:
            return Failure(
                Kind(expectation.kind),
                f"does not hold: {expectation.sentence}",
                () if mismatch.task is None else (mismatch.task,),
                expected=cut(mismatch.expected),
                actual=cut(mismatch.actual),
            )
    return None


def _mismatch(expectation: Expectation, seen: Observation) -> Mismatch | None:
    """What the predicate says; one that stumbles over a result of an unforeseen shape says so."""
    try:
        return expectation.holds(seen)
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError):
        try:
            shown = cut(repr(seen.returned), _RESULT_CHARS)
        except RecursionError:
            shown = "something nested very deeply"
        return Mismatch("a result of the usual shape", f"main returned {shown}")


def cut(text: str, most: int = MAX_TEXT_CHARS) -> str:
    """The text, up to `most` characters, with dots at its end where there was more."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def observation(trace: Trace, output: Output) -> Observation:
    """What predicates may see of a finished trace."""
    lines = tuple(trace.stdout.splitlines())
    return Observation(
        returned=trace.returned,
        lines=lines if output is Output.ORDERED else None,
        line_counts=Counter(() if output is Output.IGNORED else lines),
        processes=tuple(
            _process_seen(record, trace, output) for record in trace.tasks.values() if record.role != "feeder"
        ),
    )


def _process_seen(record: TaskRecord, trace: Trace, output: Output) -> ProcessSeen:
    operations: Mapping[str, int] = Counter(
        step.op.kind
        for step in trace.steps
        if step.done and step.task == record.path and step.op.kind not in ("begin", "rely", "exiting")
    )
    slept_s = sum(step.op.args[0] for step in trace.steps if step.task == record.path and step.op.kind == "sleep")
    text = "".join(c.text for c in trace.chunks if c.task == record.path and c.stream == "stdout")
    printed = () if output is Output.IGNORED else tuple(text.splitlines())
    return ProcessSeen(record.path, record.name, record.daemon, record.exit_code, operations, printed, slept_s)


