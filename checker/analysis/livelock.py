"""Who goes round for ever at the end of a schedule, and in which lines.

    rounds that wait    each has looked, found nothing, and looks again; nobody is left who could change what they see
    a cycle             the tasks keep each other going, and all comes back to where it was
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from checker.analysis.names import Names, natural
from checker.analysis.rounds import Round, rounds_told
from checker.analysis.waits import Stuck
from checker.trace import EndKind, Step, Trace


class Livelock(NamedTuple):
    """The paths of the tasks that go round, that in words, and the line where the first of them begins its round."""

    tasks: tuple[str, ...]
    told: str
    line: int | None


def livelock(trace: Trace, names: Names, found: Stuck | None = None) -> Livelock | None:
    """The livelock that a trace ends in; None if it is none.

    Args:
        found: what the trace is if nobody goes round, where it is stuck. A deadlock of others comes first, and so does
            a hang if only daemons go round: those may.
    """
    if trace.ending.kind is EndKind.CYCLE:
        return _told(trace.steps[-trace.cycle_steps :], names)
    waits = {wait.task: wait for wait in trace.waits if wait.round_steps}
    if found is None or not waits or (found.deadlock and not waits.keys() & set(found.cycle)):
        return None
    patient = {wait.task for wait in trace.waits} - waits.keys()
    daemons = {path for path, record in trace.tasks.items() if record.daemon}
    if waits.keys() <= daemons and patient & set(found.tasks):
        return None
    last = [step for task, wait in waits.items() for step in _last_of(trace, task, wait.round_steps)]
    return _told(last, names)


def _last_of(trace: Trace, task: str, count: int) -> list[Step]:
    return [step for step in trace.steps if step.task == task][-count:]


def _told(steps: Iterable[Step], names: Names) -> Livelock:
    lines: dict[str, list[int]] = {}
    for step in steps:
        mine = lines.setdefault(step.task, [])
        if step.op.line is not None:
            mine.append(step.op.line)
    tasks = tuple(sorted(lines, key=natural))
    known = tuple(Round(names.task(task), min(lines[task]), max(lines[task])) for task in tasks if lines[task])
    return Livelock(tasks, rounds_told(known), known[0].first_line if known else None)
