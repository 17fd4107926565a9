"""Finds the line to look at first in a schedule that ended wrong: where an update was lost, or a wrong line printed."""

from __future__ import annotations

from checker.trace import Cell, Trace


def wrong_line(trace: Trace, actual: str | None) -> int | None:
    """The line of the student's file that made the result wrong; None where the schedule does not show it.

    Args:
        trace: the schedule.
        actual: what was found in place of what was expected.
    """
    return _first_lost_update(trace) or _printed(trace, actual)


def _first_lost_update(trace: Trace) -> int | None:
    """The line of the first write that overwrote what another task had written since the writer read it."""
    versions: dict[Cell, int] = {}
    seen: dict[tuple[str, Cell], int] = {}
    for step in trace.steps:
        kind, obj, args, line = step.op[:4]
        if not step.done or kind not in ("memory.read", "memory.write"):
            continue
        cell = (obj, args[0])
        if kind == "memory.read":
            seen[step.task, cell] = versions.get(cell, 0)
            continue
        if seen.get((step.task, cell), versions.get(cell, 0)) < versions.get(cell, 0):
            return line
        versions[cell] = seen[step.task, cell] = versions.get(cell, 0) + 1
    return None


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
