"""The picture of a failing schedule: a lane for each task, time going down; or one column where lanes do not fit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from checker.report.paper import WIDTH, Paper, columns, cut, pad, wrap
from checker.report.shown import Shown, gap_told
from checker.report.words import phrase
from checker.result import StepLine

_MAX_LANES = 3
_MAY_BE_CUT = re.compile(r"(print|put|send|get) ")
_NUMBER = 5
_CLOCK = 7
_LANE = 35
_GAP = 2
_BLOCKED = "…"
_FAILED = "✗"
_LIST_NAME = 24
_LIST_DEED_END = 60


class _Row(NamedTuple):
    """One step ready to be set: its texts are visible and on one line, `line` is "" where it is not known.

    `number` is what stands in front: the number of the step, and its virtual time where that matters.
    """

    step: StepLine
    number: str
    name: str
    deed: str
    line: str


def picture(shown: Shown, paper: Paper) -> list[str]:
    """The lines of the picture, without a blank line before or behind it."""
    rows = [
        _Row(
            step,
            _number(step),
            _one_line(step.task, paper),
            _one_line(f"{_FAILED} {step.op}" if step.failed else phrase(step), paper),
            f"line {step.line}" if step.line else "",
        )
        for step in shown.steps
    ]
    names = {task: _one_line(task, paper) for task in shown.tasks}
    dots = paper.visible(_BLOCKED)
    set_rows = _in_lanes(rows, names, dots) if len(names) <= _MAX_LANES else None
    lines = [] if set_rows is None else [_heads(rows, names)]
    for count, group in enumerate(_in_list(rows, dots) if set_rows is None else set_rows, start=1):
        lines += group
        lines += [f"{dots:>{_NUMBER}}  {gap_told(gap)}" for gap in shown.gaps if gap.after == count]
    return lines


def _number(step: StepLine) -> str:
    return f"{step.n:{_NUMBER}}" + ("" if step.clock_s is None else f"  {f'{step.clock_s:.1f} s':>{_CLOCK}}")


def _one_line(text: str, paper: Paper) -> str:
    return paper.visible(text).replace("\n", "\\n")


def _line_width(rows: Sequence[_Row]) -> int:
    return max((len(row.line) for row in rows), default=0)


def _number_width(rows: Sequence[_Row]) -> int:
    return max((columns(row.number) for row in rows), default=_NUMBER)


def _geometry(rows: Sequence[_Row], lanes: int) -> tuple[int, int]:
    """Where the first lane starts, and how wide a lane is. Three lanes have the lines of the file left of them."""
    number = _number_width(rows)
    if lanes < _MAX_LANES:
        return number + 4, _LANE - (number - _NUMBER + 1) // 2
    start = number + 2 * _GAP + _line_width(rows)
    return start, (WIDTH - start) // lanes


def _heads(rows: Sequence[_Row], names: Mapping[str, str]) -> str:
    start, width = _geometry(rows, len(names))
    return (" " * start + "".join(pad(name, width) for name in names.values())).rstrip()


def _in_lanes(rows: Sequence[_Row], names: Mapping[str, str], dots: str) -> list[list[str]] | None:
    """Each step in the lane of its task; None where that does not fit. What is printed, failed or got may be cut."""
    start, width = _geometry(rows, len(names))
    beside = 0 if len(names) == _MAX_LANES else _GAP + _line_width(rows)
    mark = f"  {dots}" if beside else f" {dots}"
    room = width - beside - 1 - (len(mark) if beside or any(row.step.blocked for row in rows) else 0)
    tasks = list(names)
    if any(columns(name) > width - _GAP for name in names.values()):
        return None
    mine = [row for row in rows if row.step.task in names]
    if any(columns(row.deed) > room and not row.step.failed and not _MAY_BE_CUT.match(row.step.op) for row in mine):
        return None
    groups = []
    for row in rows:
        if row.step.task not in names:
            groups.append([_between(row, start, room if beside else 0, dots)])
            continue
        deed, at = cut(row.deed, room, dots), start + width * tasks.index(row.step.task)
        if beside:
            line = pad(row.number, at) + pad(deed, room + _GAP) + pad(row.line, _line_width(rows))
        else:
            line = pad(pad(row.number, _number_width(rows) + _GAP) + row.line, at) + deed
        groups.append([line + mark if row.step.blocked else line.rstrip()])
    return groups


def _between(row: _Row, start: int, room: int, dots: str) -> str:
    """A step of a task without a lane, across the lanes; its line is behind the `room` of the first, or (0) left."""
    line = pad(f"{row.number}  {'' if room else row.line}", start)
    end = "".join([f"  {row.line}" if room and row.line else "", f"  {dots}" if row.step.blocked else ""])
    return line + pad(cut(f"[{row.name}: {row.deed}]", WIDTH - start - columns(end), dots), room if end else 0) + end


def _in_list(rows: Sequence[_Row], dots: str) -> list[list[str]]:
    """One column, with the task's name in front of each step."""
    width = min(max((columns(row.name) for row in rows), default=0), _LIST_NAME)
    groups = []
    for row in rows:
        first = f"{row.number}  "
        end = f"{row.line}  {dots}" if row.step.blocked else row.line
        if columns(row.name) <= width:
            groups.append(_deed(row.deed, first + pad(row.name, width + _GAP), end))
        else:
            groups.append([*wrap(row.name, first), *_deed(row.deed, " " * (columns(first) + _GAP), end)])
    return groups


def _deed(deed: str, first: str, end: str) -> list[str]:
    """What was done and, behind it, at which line of the student's file."""
    whole = f"{pad(first + deed, _LIST_DEED_END)}  {end}".rstrip()
    return [whole] if columns(whole) <= WIDTH else wrap(f"{deed}  {end}", first)
