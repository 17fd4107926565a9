"""Finds who went round and round at the end of a schedule that was cut off, and in which lines."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from checker.analysis.names import Names, natural
from checker.trace import Trace

_OFTEN = 3
"""An operation that a task did this many times in the last half of a schedule is one of a round."""


class Round(NamedTuple):
    """A task, by its name, and the first and the last line of what it does again and again."""

    task: str
    first_line: int
    last_line: int


def rounds(trace: Trace, names: Names) -> tuple[Round, ...]:
    """The tasks that had not ended and did little but repeat themselves in the last half of `trace`.

    No two rounds need be alike: one may find the lock free that the next one does not.
    """
    late = trace.steps[len(trace.steps) // 2 :]
    found: list[Round] = []
    for path in sorted({step.task for step in late}, key=natural):
        record = trace.tasks.get(path)
        if record is not None and record.exit_code is not None:
            continue
        mine = [(s.op.kind, s.op.obj, s.op.line) for s in late if s.task == path and s.done]
        times = Counter(mine)
        again = [what for what in mine if times[what] >= _OFTEN]
        lines = [line for _, _, line in again if line is not None]
        if lines and 2 * len(again) > len(mine):
            found.append(Round(names.task(path), min(lines), max(lines)))
    return tuple(found)


def rounds_told(found: tuple[Round, ...]) -> str:
    """The same in words: "teller-1 lines 31-36, auditor line 40"."""
    return ", ".join(
        f"{task} line {first}" if first == last else f"{task} lines {first}-{last}" for task, first, last in found
    )
