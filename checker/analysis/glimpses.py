"""Finds what somebody saw at a wrong moment: half of what another did, or a thing before it was there.

A look is a read of shared data, or the answer of a queue that nothing is in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace

from checker.analysis.accesses import cell_told, line_told, touched, value_at
from checker.analysis.happens_before import CAUSES, happens_before
from checker.analysis.names import Names
from checker.analysis.steps import failure, shown
from checker.analysis.told import NO_STORY, Story
from checker.trace import Cell, Step, Trace


def glimpse_told(
    trace: Trace, names: Names, until: int | None = None, rests_on: Collection[int] | None = None
) -> Story:
    """The first of these looks in words, if one of the first `until` steps of the schedule (None: of all) shows it.

    Only the steps `rests_on` count as looks, if that is not None.
    """
    within = range(len(trace.steps) if until is None else until)
    counting = frozenset(within) if rests_on is None else frozenset(rests_on).intersection(within)
    story = _half_told(trace, names, counting)
    seen = replace(trace, steps=trace.steps[:until])
    found = (tell(seen, names, counting) for tell in (_missed_item_told, _early_read_told))
    return story if story.told else next((story for story in found if story.told), NO_STORY)


# Half of what another did: of two writes of one task, one after the other, the one as it was after, the other as before


def _half_told(trace: Trace, names: Names, counting: Collection[int]) -> Story:
    """Looks on one line first; what a task saw on several may be meant to be apart."""
    for looks in (_looks(trace, on_one_line=True), _looks(trace, on_one_line=False)):
        for (wrote, one), (later, two) in _pairs_of_writes(trace):
            for look in looks:
                if one not in look or two not in look or _doer(trace, look) == trace.steps[wrote].task:
                    continue
                if look[one] not in counting or look[two] not in counting:
                    continue
                if _saw(trace, look[one], wrote, one) and look[two] < later:
                    return _told(trace, names, (look[one], one, wrote, "after"), (look[two], two, later, "before"))
                if look[one] < wrote and _saw(trace, look[two], later, two):
                    return _told(trace, names, (look[one], one, wrote, "before"), (look[two], two, later, "after"))
    return NO_STORY


def _told(trace: Trace, names: Names, *seen: tuple[int, Cell, int, str]) -> Story:
    """What somebody saw of two cells, each before or after it was written: the read, the cell, the write, and which."""
    (read, _, wrote, _), (second, _, _, _) = seen
    told = []
    for look, cell, write, when in seen:
        where = line_told(trace.steps[look]) if trace.steps[second].op.line != trace.steps[read].op.line else ""
        value = shown(value_at(trace, look, cell))
        doer = names.task(trace.steps[write].task)
        again = " again" if when == "before" and _has_written(trace, trace.steps[write].task, cell, look) else ""
        told.append(f"{cell_told(trace, names, cell)} ({value}){where} {when} {doer} wrote it{again}")
        told[-1] += line_told(trace.steps[write])
    who, doer = names.task(trace.steps[read].task), names.task(trace.steps[wrote].task)
    where = "" if trace.steps[second].op.line != trace.steps[read].op.line else line_told(trace.steps[read])
    steps = tuple(number for look, _, write, _ in seen for number in (look, write))
    return Story(f"{who}{where} saw {told[0]}, but {told[1]}: half of what {doer} does", steps)


def _has_written(trace: Trace, task: str, cell: Cell, until: int) -> bool:
    steps = (step for step in trace.steps[:until] if step.task == task)
    return any(touch.cell == cell and touch.is_write for step in steps for touch in touched(step))


def _looks(trace: Trace, *, on_one_line: bool) -> list[dict[Cell, int]]:
    """The cells that a task read, and at which steps; a cell read again begins another look."""
    now: dict[tuple[str, int | None], dict[Cell, int]] = {}
    looks: list[dict[Cell, int]] = []
    for index, step in enumerate(trace.steps):
        for cell, is_write in touched(step):
            if is_write:
                continue
            place = step.task, step.op.line if on_one_line else None
            if place not in now or cell in now[place]:
                now[place] = {}
                looks.append(now[place])
            now[place][cell] = index
    return looks


def _doer(trace: Trace, look: dict[Cell, int]) -> str:
    return trace.steps[next(iter(look.values()))].task


def _pairs_of_writes(trace: Trace) -> Iterator[tuple[tuple[int, Cell], tuple[int, Cell]]]:
    """Writes of one task to two different cells, with no other write of that task between them."""
    last: dict[str, tuple[int, Cell]] = {}
    for index, step in enumerate(trace.steps):
        for cell, is_write in touched(step):
            if is_write:
                before = last.get(step.task)
                if before is not None and before[1] != cell:
                    yield before, (index, cell)
                last[step.task] = index, cell


def _saw(trace: Trace, read: int, wrote: int, cell: Cell) -> bool:
    """Whether the read saw what was written at `wrote`."""
    between = (touch for step in trace.steps[wrote + 1 : read] for touch in touched(step))
    return wrote < read and not any(touch.cell == cell and touch.is_write for touch in between)


# A queue that was empty, but something came later, and nobody took it


def _missed_item_told(trace: Trace, names: Names, counting: Collection[int]) -> Story:
    left: Counter[str] = Counter()
    for step in trace.steps:
        if step.op.obj is not None and step.done:
            left[step.op.obj] += _brought(step)
    for queue in (queue for queue, count in left.items() if count > 0):
        steps = [(index, step) for index, step in enumerate(trace.steps) if step.op.obj == queue]
        sent = next(((n, step) for n, step in reversed(steps) if step.done and _brought(step) > 0), None)
        looks = [(n, step) for n, step in steps if sent is not None and n < sent[0] and _is_empty_look(step)]
        looks = [look for look in looks if look[0] in counting]
        if sent is not None and looks:
            number, look = looks[-1]
            who, sender = names.task(look.task), names.task(sent[1].task)
            return Story(
                f"{who} found {names.object(queue)} empty{line_told(look)} before {sender} had sent what was put "
                f"there{line_told(sent[1])}, and nobody took that",
                (number, sent[0]),
            )
    return NO_STORY


def _brought(step: Step) -> int:
    """How many items more are in the queue's pipe."""
    match step.op.kind:
        case "queue.feed":
            return 0 if step.answer == "dropped" else 1
        case "simple_queue.put":
            return 1
        case "queue.get" | "simple_queue.get":
            return -1 if failure(step) is None else 0
    return 0


def _is_empty_look(step: Step) -> bool:
    match step.op.kind:
        case "queue.empty" | "simple_queue.empty":
            return step.answer is True
        case "queue.qsize":
            return bool(step.answer == 0)
        case "queue.get":
            return step.done and failure(step) is not None
    return False


# A read that came before the write it should have waited for


def _early_read_told(trace: Trace, names: Names, counting: Collection[int]) -> Story:
    """The last look that main had at a cell, if another process wrote it afterwards and main did not wait for that."""
    reads: dict[Cell, int] = {}
    written: dict[Cell, int] = {}
    for index, step in enumerate(trace.steps):
        for cell, is_write in touched(step):
            if step.task == "main":
                reads[cell] = index
                written.pop(cell, None)
            elif is_write and cell in reads:
                written.setdefault(cell, index)
    if not written:
        return NO_STORY
    order = happens_before(trace, CAUSES)
    for cell, index in written.items():
        read, write = trace.steps[reads[cell]], trace.steps[index]
        is_look = reads[cell] in counting and not any(touch.is_write for touch in touched(read))
        if is_look and not order.before(reads[cell], index):
            name, value = cell_told(trace, names, cell), shown(value_at(trace, reads[cell], cell))
            wrote = f"{names.task(write.task)} wrote {shown(value_at(trace, index, cell))}{line_told(write)}"
            told = f"main read {value} from {name}{line_told(read)} before {wrote}: it did not wait for that"
            return Story(told, (reads[cell], index))
    return NO_STORY
