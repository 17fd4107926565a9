"""Tells of a task that acted on what it had checked before another wrote it: both passed before either wrote.

It may have read it once more before it wrote (`money.value -= 80`: nothing of the other's is lost, and yet it is
wrong), or have written a constant that the other wrote as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checker.analysis.accesses import cell_told, line_told, lines_told, touched, value_at
from checker.analysis.names import Names
from checker.analysis.sources import nodes_of
from checker.analysis.steps import shown
from checker.analysis.told import NO_STORY, Story
from checker.analysis.updates import LostUpdate, blind_lines, constant_lines, is_same, lost_updates, read_of_the_same
from checker.trace import Cell, Trace


def stale_told(
    trace: Trace, names: Names, source: str, line: int | None, rests_on: frozenset[int] | None = None
) -> Story:
    """The last write of what `line` looked at, under a condition about it that held before another wrote it.

    `line` is the one whose assertion failed, None where none did; then it is what main read. It is as good where both
    wrote later what one of the steps `rests_on` read. What was overwritten unseen is another story (see `updates`).
    """
    checks = _checks(source)
    wanted = _looked_at(trace, line)
    last = NO_STORY
    for write, cell in _accesses(trace, writes=True):
        doer, at = trace.steps[write].task, trace.steps[write].op.line
        if at is None or (cell not in wanted and not (rests_on and _brings(trace, write, rests_on))):
            continue
        mine = [n for n, c in _accesses(trace, writes=False) if c == cell and trace.steps[n].task == doer]
        reads = [n for n in mine if n < write]
        looks = [n for n in reads if at in checks.get(trace.steps[n].op.line or 0, ())]
        others = [
            n
            for n, c in _accesses(trace, writes=True)
            if looks and looks[-1] < n < write and c == cell and trace.steps[n].task != doer
        ]
        if not others or reads[-1] < others[-1]:
            continue
        if cell in wanted or (rests_on and _brings(trace, others[-1], rests_on)):
            last = _told(trace, names, cell, looks[-1], others, write)
    return last


def passed_told(trace: Trace, names: Names, source: str, rests_on: frozenset[int]) -> Story:
    """Two that passed the same check, as neither had written yet, and then wrote what the failure rests on."""
    for passed in _passed_checks(trace, source):
        again, other = read_of_the_same(trace, passed), passed.others[0]
        if again is None or len(passed.others) > 1 or trace.steps[again].op.line != trace.steps[passed.read].op.line:
            continue
        if not all(_brings(trace, number, rests_on) for number in (other, passed.write)):
            continue
        first, second = sorted((passed.read, again))
        readers = f"{names.task(trace.steps[first].task)} and {names.task(trace.steps[second].task)}"
        value, wrote = (shown(value_at(trace, n, passed.cell)) for n in (first, other))
        name, where = cell_told(trace, names, passed.cell), line_told(trace.steps[first])
        told = f"{readers} both read {value} from {name}{where} before either wrote {wrote}"
        lines = lines_told(trace, other, passed.write)
        return Story(f"{told}{lines}, and so both went on", (first, second, other, passed.write))
    return NO_STORY


def _brings(trace: Trace, number: int, rests_on: frozenset[int]) -> bool:
    """Whether the task of this step wrote later what one of these steps read after that."""
    for later in range(number + 1, len(trace.steps)):
        written = {touch.cell for touch in touched(trace.steps[later]) if touch.is_write}
        if trace.steps[later].task == trace.steps[number].task and written:
            looks = (touch for n in rests_on if n > later for touch in touched(trace.steps[n]))
            if any(touch.cell in written and not touch.is_write for touch in looks):
                return True
    return False


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


def _passed_checks(trace: Trace, source: str) -> Iterator[LostUpdate]:
    """Writes of a constant that another wrote meanwhile as well, after a look in a condition: nothing of it is lost."""
    constant, blind, checks = constant_lines(source), blind_lines(source), _checks(source)
    for lost in lost_updates(trace):
        line, looked = trace.steps[lost.write].op.line, trace.steps[lost.read].op.line
        if line in constant and line not in blind and looked in checks and is_same(trace, lost):
            yield lost
