"""Finds the line to look at first in a schedule that ended wrong: where an update was lost, or a wrong line printed."""

from __future__ import annotations

from checker.analysis.updates import decisive_update
from checker.trace import Trace


def wrong_line(trace: Trace, actual: str | None, source: str) -> int | None:
    """The line of the student's file that made the result wrong; None where the schedule does not show it.

    Args:
        trace: the schedule.
        actual: what was found in place of what was expected.
        source: the text of the program.
    """
    lost = decisive_update(trace, source)
    return (trace.steps[lost.write].op.line if lost is not None else None) or _printed(trace, actual)


def _printed(trace: Trace, actual: str | None) -> int | None:
    """The line that printed the text `actual`, or the end of it."""
    if not actual:
        return None
    for step in reversed(trace.steps):
        if step.op.kind == "stdout.write":
            said = step.op.args[0].split("\n")
            if any(line and actual.endswith(line) for line in said):
                return step.op.line
    return None
