"""Tells of a task that acted on what it had checked before another wrote it: both passed before either wrote."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checker.analysis.accesses import cell_told, line_told, touched, value_at
from checker.analysis.names import Names
from checker.analysis.sources import nodes_of
from checker.analysis.steps import shown
from checker.analysis.told import NO_STORY, Story
from checker.trace import Cell, Trace


def stale_told(trace: Trace, names: Names, source: str, line: int | None) -> Story:
    """The last write of what `line` looked at, under a condition about it that held before another wrote it.

    `line` is the one whose assertion failed, None where none did; then it is what main read. What was overwritten
    unseen is another story (see `updates`).
    """
    checks = _checks(source)
    wanted = _looked_at(trace, line)
    last = NO_STORY
    for write, cell in _accesses(trace, writes=True):
        doer, at = trace.steps[write].task, trace.steps[write].op.line
        if cell not in wanted or at is None:
            continue
        mine = [n for n, c in _accesses(trace, writes=False) if c == cell and trace.steps[n].task == doer]
        reads = [n for n in mine if n < write]
        looks = [n for n in reads if at in checks.get(trace.steps[n].op.line or 0, ())]
        others = [
            n
            for n, c in _accesses(trace, writes=True)
            if looks and looks[-1] < n < write and c == cell and trace.steps[n].task != doer
        ]
        if others and (reads[-1] > others[-1]):
            last = _told(trace, names, cell, looks[-1], others, write)
    return last


def _told(trace: Trace, names: Names, cell: Cell, look: int, others: list[int], write: int) -> Story:
    mine, other, wrote = trace.steps[look], trace.steps[others[-1]], trace.steps[write]
    name, doer, who = cell_told(trace, names, cell), names.task(mine.task), names.task(other.task)
    value, theirs, own = (shown(value_at(trace, n, cell)) for n in (look, others[-1], write))
    unseen = f"which had checked the {value} and not that"
    then = f"then {who} wrote {theirs}{line_told(other)}, and {doer}, {unseen}, wrote {own}{line_told(wrote)}"
    same = [
        n
        for n, c in _accesses(trace, writes=False)
        if c == cell and n < others[0] and trace.steps[n].task == other.task and trace.steps[n].op.line == mine.op.line
    ]
    writes = [n for n, c in _accesses(trace, writes=True) if c == cell]
    if same and len(others) == 1 and not any(min(same[-1], look) < n < max(same[-1], look) for n in writes):
        first, second = (names.task(trace.steps[n].task) for n in sorted((same[-1], look)))
        both = f"{first} and {second} both read {value} from {name}{line_told(mine)} before either wrote"
        return Story(f"{both}; {then}", (same[-1], look, others[-1], write))
    return Story(f"{doer} read {value} from {name}{line_told(mine)}; {then}", (look, others[-1], write))


def _accesses(trace: Trace, *, writes: bool) -> Iterator[tuple[int, Cell]]:
    for number, step in enumerate(trace.steps):
        yield from ((number, touch.cell) for touch in touched(step) if touch.is_write is writes)


def _looked_at(trace: Trace, line: int | None) -> set[Cell]:
    """What was read in the line; without one, what main read."""
    steps = (s for s in trace.steps if (s.op.line == line if line is not None else s.task == "main"))
    return {touch.cell for step in steps for touch in touched(step) if not touch.is_write}


def _checks(source: str) -> dict[int, set[int]]:
    """The lines of each condition, with those of what is done under it."""
    nodes = nodes_of(source)
    found: dict[int, set[int]] = {}
    for node in nodes:
        if isinstance(node, ast.If | ast.While):
            body = {n for part in node.body for n in range(part.lineno, (part.end_lineno or part.lineno) + 1)}
            for line in range(node.test.lineno, (node.test.end_lineno or node.test.lineno) + 1):
                found.setdefault(line, set()).update(body)
    return found
