"""Finds lost updates: writes over what others have written since the writer has read the same cell."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from checker.analysis.accesses import process_of, touched
from checker.trace import Cell, Trace


class LostUpdate(NamedTuple):
    """A task read `cell`, others wrote it, and then the task wrote it: all of them steps, by their index in the trace.

    `read` is the task's last read before, `seen` its last read or write; `others` are what was written after that.
    """

    cell: Cell
    read: int
    seen: int
    others: tuple[int, ...]
    write: int


def lost_updates(trace: Trace) -> tuple[LostUpdate, ...]:
    """All lost updates of a schedule, in the order in which they were lost. A task that never looked loses nothing."""
    found: list[LostUpdate] = []
    writes: dict[Cell, list[int]] = defaultdict(list)
    reads: dict[tuple[str, Cell], int] = {}
    seen: dict[tuple[str, Cell], int] = {}
    for index, step in enumerate(trace.steps):
        for cell, is_write in touched(step):
            mine = step.task, cell
            if is_write and mine in reads:
                others = tuple(n for n in writes[cell] if n > seen[mine])
                if others:
                    found.append(LostUpdate(cell, reads[mine], seen[mine], others, index))
            if is_write:
                writes[cell].append(index)
            else:
                reads[mine] = index
            seen[mine] = index
    return tuple(found)


def overwriters(trace: Trace, lost: LostUpdate) -> tuple[str, ...]:
    """The processes whose writes were lost."""
    return tuple(dict.fromkeys(process_of(trace, trace.steps[index].task) for index in lost.others))
