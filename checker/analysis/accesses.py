"""Which shared data a step touches, in cells and in words: elements of memory, and whatever else can be written."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from checker.analysis.names import Names
from checker.trace import Cell, Json, Step, Trace

_DATA = frozenset({"memory"})
"""The families of operations on data: their kinds begin with these words. All other operations synchronize, or print.

A family's cells are tuples that begin with the object.
"""


class Touch(NamedTuple):
    """One cell that a step reads or writes."""

    cell: Cell
    is_write: bool


def touched(step: Step) -> tuple[Touch, ...]:
    """The cells of shared data that the step touches: those of its own object, which leaves its guard out."""
    kind, obj = step.op.kind, step.op.obj
    if kind.partition(".")[0] not in _DATA:
        return ()
    reads, writes, _ = step.footprint
    return (
        *(Touch(cell, is_write=False) for cell in reads if type(cell) is tuple and cell[0] == obj),
        *(Touch(cell, is_write=True) for cell in writes if type(cell) is tuple and cell[0] == obj),
    )


def guard_of(trace: Trace, obj: str | None) -> str | None:
    """The lock that each access to this object takes and gives back; None for raw memory, and for anything else."""
    record = trace.objects.get(obj or "")
    if record is None or record.kind != "memory" or len(record.args) < 3:
        return None
    guard: str | None = record.args[2]
    return guard


def process_of(trace: Trace, task: str) -> str:
    """The process that a task belongs to."""
    record = trace.tasks.get(task)
    return record.process if record is not None else task


def value_at(trace: Trace, index: int, cell: Cell) -> Json:
    """What step `index` read from `cell`, or wrote there; an access of several steps is told its value at its end.

    None where it never was told: its task is stuck, or was killed.
    """
    op = trace.steps[index].op
    element: int = cell[1] if type(cell) is tuple else 0
    match op.kind, op.args:
        case "memory.write", [_, value]:
            return value
        case "memory.write_slice", [start, stop, by, values]:
            return values[range(start, stop, by).index(element)]
    later = (step for step in trace.steps[index:] if step.task == trace.steps[index].task and step.done)
    answer = next((step.answer for step in later), None)
    if op.kind == "memory.read_slice" and isinstance(answer, list | tuple):
        return answer[range(*op.args).index(element)]
    return answer


def cell_told(trace: Trace, names: Names, cell: Cell) -> str:
    """What a cell is called: "count", "balances[2]"."""
    if type(cell) is not tuple:
        return str(cell)
    obj, element = cell
    record = trace.objects.get(obj)
    is_single = record is None or not record.args or record.args[0] == 1
    return names.object(obj) if is_single else f"{names.object(obj)}[{element}]"


def line_told(step: Step) -> str:
    """Where a step is, in brackets behind a blank; "" where that is not known."""
    return "" if step.op.line is None else f" (line {step.op.line})"


def lines_told(trace: Trace, *indexes: int) -> str:
    """The same for several steps, by their index in the trace."""
    lines = sorted({line for index in indexes if (line := trace.steps[index].op.line) is not None})
    if len(lines) == 1:
        return f" (line {lines[0]})"
    return f" (lines {' and '.join(map(str, lines))})" if lines else ""


def suppliers(trace: Trace, tasks: Collection[str]) -> tuple[str, ...]:
    """The processes that wrote data which these tasks read, or used a queue that they use, in the order of doing so."""
    read = {touch.cell for step in trace.steps if step.task in tasks for touch in touched(step) if not touch.is_write}
    queues = {step.op.obj for step in trace.steps if step.task in tasks and _uses_queue(step)}
    found = (
        process_of(trace, step.task)
        for step in trace.steps
        if (_uses_queue(step) and step.op.obj in queues)
        or any(touch.is_write and touch.cell in read for touch in touched(step))
    )
    return tuple(dict.fromkeys(task for task in found if task not in tasks))


def _uses_queue(step: Step) -> bool:
    return step.op.kind.partition(".")[0] in ("queue", "simple_queue")
