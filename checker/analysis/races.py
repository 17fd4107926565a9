"""Finds data races, and updates that are not atomic: what could go wrong with shared data, and what would order it.

A data race: two processes touch the same element, one of them writes, and nothing that synchronizes comes in between
(see `happens_before`). An update that is not atomic: each access by itself is in order, under the guard of a `Value`
say, but between a task's read and its write somebody else writes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from checker.analysis.accesses import cell_told, guard_of, line_told, process_of, touched
from checker.analysis.happens_before import happens_before
from checker.analysis.held import held_before
from checker.analysis.names import Names
from checker.analysis.updates import LostUpdate, lost_updates, overwriters
from checker.trace import Cell, Step, Trace


class Race(NamedTuple):
    """Two steps, by their index in the trace, that touch `cell` unordered; at least one of them writes."""

    cell: Cell
    one: int
    other: int


class _Access(NamedTuple):
    at: int
    process: str
    line: int | None
    is_write: bool


def data_races(trace: Trace) -> tuple[Race, ...]:
    """The data races of a schedule, one for each object and pair of lines, in the order in which they happened."""
    by_cell = _raced_for(trace)
    if not by_cell:
        return ()
    order = happens_before(trace)
    found: dict[object, Race] = {}
    for cell, accesses in by_cell.items():
        latest: dict[tuple[str, int | None, bool], _Access] = {}
        for access in accesses:
            for earlier in latest.values():
                if earlier.process == access.process or not (earlier.is_write or access.is_write):
                    continue
                if not order.before(earlier.at, access.at):
                    race = Race(cell, earlier.at, access.at)
                    found.setdefault((_object(cell), frozenset((earlier.line, access.line))), race)
            latest[access.process, access.line, access.is_write] = access
    return tuple(sorted(found.values(), key=lambda race: race.other))


def _raced_for(trace: Trace) -> dict[Cell, list[_Access]]:
    """The accesses to raw cells which several processes touch and at least one writes."""
    by_cell: dict[Cell, list[_Access]] = defaultdict(list)
    for index, step in enumerate(trace.steps):
        for cell, is_write in touched(step):
            by_cell[cell].append(_Access(index, process_of(trace, step.task), step.op.line, is_write))
    return {
        cell: accesses
        for cell, accesses in by_cell.items()
        if any(a.is_write for a in accesses)
        and any(a.process != accesses[0].process for a in accesses)
        and guard_of(trace, _object(cell)) is None
    }


def _object(cell: Cell) -> str:
    return str(cell[0]) if type(cell) is tuple else str(cell)


def broken_updates(trace: Trace, races: Iterable[Race]) -> tuple[LostUpdate, ...]:
    """The updates that are not atomic though none of `races` is about them, one for each object and pair of lines."""
    raced = {_object(race.cell) for race in races}
    found: dict[object, LostUpdate] = {}
    for lost in lost_updates(trace):
        obj, read, write = _object(lost.cell), trace.steps[lost.read], trace.steps[lost.write]
        by_others = overwriters(trace, lost) != (process_of(trace, write.task),)
        if obj not in raced and lost.seen == lost.read and by_others:
            found.setdefault((obj, read.op.line, write.op.line), lost)
    return tuple(found.values())


def race_told(trace: Trace, names: Names, race: Race) -> str:
    """A data race as a sentence, with what would order it."""
    one, other = trace.steps[race.one], trace.steps[race.other]
    doer, second = names.task(one.task), names.task(other.task)
    name = names.object(_object(race.cell))
    return (
        f"data race: {doer} {_does(one)} {name}{line_told(one)} and {second} {_does(other)} it{line_told(other)}, with "
        f"nothing that orders the two; {_would_order(trace, names, race)}"
    )


def _does(step: Step) -> str:
    return "writes" if any(touch.is_write for touch in touched(step)) else "reads"


def _would_order(trace: Trace, names: Names, race: Race) -> str:
    held = held_before(trace)
    one, other = trace.steps[race.one], trace.steps[race.other]
    sides = [
        (names.task(step.task), {holding.lock for holding in held[index] if holding.units == 1})
        for index, step in ((race.one, one), (race.other, other))
    ]
    for (doer, locks), (second, none) in (sides, sides[::-1]):
        if locks and not none:
            return f"{doer} holds {' and '.join(map(names.object, sorted(locks)))} there, {second} holds nothing"
    obj = _object(race.cell)
    elsewhere = [
        names.object(holding.lock)
        for index, step in enumerate(trace.steps)
        if step.op.obj == obj and index not in (race.one, race.other)
        for holding in held[index]
        if holding.units == 1
    ]
    if all(locks for _, locks in sides):
        return "each holds another lock there: it has to be the same"
    if elsewhere:
        return f"elsewhere it is touched under {max(elsewhere, key=elsewhere.count)}"
    processes = [process_of(trace, step.task) for step in (one, other)]
    for parent, child in (processes, processes[::-1]):
        if child.rpartition(".")[0] == parent:
            return f"a lock round both would, or that {names.task(parent)} waits for the end of {names.task(child)}"
    return "a lock round both would"


def update_told(trace: Trace, names: Names, lost: LostUpdate) -> str:
    """An update that is not atomic as a sentence, with what would make it so."""
    read, write, other = (trace.steps[index] for index in (lost.read, lost.write, lost.others[-1]))
    name, doer = cell_told(trace, names, lost.cell), names.task(write.task)
    guard = guard_of(trace, _object(lost.cell))
    lock = f"with {names.object(guard)}: round both" if guard is not None else "a lock held from the read to the write"
    if read.op.line == write.op.line:
        where = f"reads and writes {name}{line_told(read)} in two steps"
    else:
        where = f"reads {name}{line_told(read)} and writes it{line_told(write)}"
    meanwhile = f"{names.task(other.task)} writes it in between{line_told(other)}"
    return f"not atomic: {doer} {where}, and {meanwhile}; {lock} would help"
