"""Tells why a schedule ended wrong, as causes and effects: "alice and bob both read 4 before either wrote".

Only what the trace shows is told: an update that was lost, a look at the wrong moment, a look that was true and no
longer was when its task acted on it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from checker.analysis.accesses import cell_told, line_told, lines_told, process_of, value_at
from checker.analysis.ahead import Ahead
from checker.analysis.checks import passed_told, stale_told
from checker.analysis.glimpses import glimpse_told
from checker.analysis.items import items_of
from checker.analysis.leftovers import leftover_told
from checker.analysis.names import Names
from checker.analysis.steps import failure, shown
from checker.analysis.told import NO_STORY, Story
from checker.analysis.updates import LostUpdate, decisive_update, read_of_the_same
from checker.counts import listed
from checker.trace import Step, Trace, Wait

_LOOKS: dict[str, tuple[str, ...]] = {
    "queue.get": ("queue.empty", "queue.qsize"),
    "simple_queue.get": ("simple_queue.empty",),
    "queue.put": ("queue.full",),
    "lock.acquire": ("lock.value",),
}
"""For an operation that can wait: what tells beforehand whether it would. It waits for what others of its kind took."""

_TAKEN: dict[str, tuple[str, str]] = {
    "queue.get": ("took the last item", "another"),
    "simple_queue.get": ("took the last item", "another"),
    "queue.put": ("filled it", "room"),
    "lock.acquire": ("acquired the last one", "another"),
}
"""For the same: what others did, and what there is to wait for after that."""


def story_of_result(
    trace: Trace,
    names: Names,
    source: str,
    line: int | None = None,
    until: int | None = None,
    rests_on: frozenset[int] | None = None,
) -> Story:
    """The story of a wrong result: the update that was lost, else what somebody saw at a wrong moment, or left undone.

    `source` is the text of the program, `line` where its assertion failed, if one did. After `until` steps it was
    wrong for sure, where that is known. `rests_on` are the steps whose answers made it wrong; None: any may have.
    """
    story = _lost_or_glimpsed(trace, names, source, line, until, rests_on)
    before = replace(trace, steps=trace.steps[:until])
    story = story if story.told else stale_told(before, names, source, line, rests_on)
    return story if story.told else leftover_told(before, names)


def _lost_or_glimpsed(
    trace: Trace, names: Names, source: str, line: int | None, until: int | None, rests_on: frozenset[int] | None
) -> Story:
    seen = replace(trace, steps=trace.steps[:until])
    lost = decisive_update(seen, source, line, rests_on)
    if lost is not None:
        return _lost_story(seen, names, lost)
    story = glimpse_told(trace, names, until, rests_on)
    if rests_on is not None and not story.told:
        return passed_told(seen, names, source, rests_on)
    if until is None or story.told:
        return story
    lost = decisive_update(trace, source, line)
    return _lost_story(trace, names, lost) if lost is not None and _begun(trace, lost) <= until else NO_STORY


def _begun(trace: Trace, lost: LostUpdate) -> int:
    """After how many steps the update was bound to be lost, since all that was to be read for it had been read."""
    return 1 + max(lost.read, read_of_the_same(trace, lost) or 0)


def story_of_wait(trace: Trace, names: Names, source: str = "", only: Collection[str] | None = None) -> Story:
    """The story of a task that waits for ever: what it saw was over by then, or others wait who could help it.

    `source` is the text of the program; of the tasks that wait, it is one of `only`, where that is given.
    """
    waits = [wait for wait in trace.waits if only is None or wait.task in only]
    for wait in waits:
        looks = [index for index, step in enumerate(trace.steps) if _is_promise(step, wait)]
        later = range(looks[-1] + 1, len(trace.steps)) if looks else range(0)
        if any(_is_acted_on(trace.steps[index], wait) for index in later):
            continue
        takes = [index for index in later if _takes_the_same(trace.steps[index], wait)]
        if takes:
            told = _wait_told(names, wait, trace.steps[looks[-1]], trace.steps[takes[-1]])
            return Story(told, (looks[-1], takes[-1]))
    ahead = Ahead(trace, names, source)
    stories = (tell(trace, names, ahead, wait) for tell in (_last_item_told, _late_get_told) for wait in waits)
    return next((story for story in stories if story.told), NO_STORY)


def _last_item_told(trace: Trace, names: Names, ahead: Ahead, wait: Wait) -> Story:
    """Who got the last item of the queue that somebody waits for in vain."""
    items = [item for item in items_of(trace) if item.queue == wait.op.obj]
    if wait.op.kind not in ("queue.get", "simple_queue.get") or not items or items[-1].got is None:
        return NO_STORY
    last, got = items[-1], items[-1].got
    taker = trace.steps[got]
    if any(item.got is None for item in items) or _puts(trace, last.queue) > len(items):
        return NO_STORY  # or one was put, and never sent
    late = _late(trace, ahead, wait, wait.op.kind.replace("get", "put"))
    if taker.task == wait.task and late is None:
        return NO_STORY
    what = f", {last.value}" if last.value is not None else ""
    told = f"{names.task(taker.task)} got the last item of {names.object(last.queue)}{what}{line_told(taker)}"
    if late is not None:
        join, line = late
        who, whom = names.task(join.task), names.task(join.op.obj or "")
        more = f"{who}, which could put another (line {line}), waits for the end of {whom} first{_at(join)}"
        return Story(f"{told}: {more}", (got,))
    others = [w for w in trace.waits if w.task != wait.task and (w.op.kind, w.op.obj) != (wait.op.kind, wait.op.obj)]
    kind = wait.op.kind.replace("get", "put")
    if any(ahead.line(other.task, kind, wait.op.obj) for other in others):
        return Story(told, (got,))
    known = ahead.knows(wait.op.obj) or not others
    return Story(f"{told}: nobody {'puts' if known else 'has put'} another", (got,))


def _late_get_told(trace: Trace, names: Names, ahead: Ahead, wait: Wait) -> Story:
    """Who would make room in a full queue, but only after the end of the process that waits for it."""
    if wait.op.kind not in ("queue.put", "queue.feed", "simple_queue.put"):
        return NO_STORY
    late = _late(trace, ahead, wait, f"{'simple_' if wait.op.kind.startswith('simple') else ''}queue.get")
    if late is None:
        return NO_STORY
    join, line = late
    who, whom, queue = names.task(join.task), names.task(join.op.obj or ""), names.object(wait.op.obj)
    return Story(
        f"{who} gets from {queue} (line {line}) only after it has joined {whom}{_at(join)}, but {whom} cannot end "
        f"before there is room in {queue} for what it put"
    )


def _late(trace: Trace, ahead: Ahead, wait: Wait, kind: str) -> tuple[Wait, int] | None:
    """Who could help, by the text of the program, after the end of the process that waits: its join, and where."""
    if not ahead.knows(wait.op.obj):
        return None
    for join in trace.waits:
        if join.op.kind == "process.join" and join.op.obj == process_of(trace, wait.task):
            line = ahead.line(join.task, kind, wait.op.obj)
            if line is not None:
                return join, line
    return None


def _at(wait: Wait) -> str:
    return "" if wait.op.line is None else f" (line {wait.op.line})"


def _puts(trace: Trace, queue: str) -> int:
    puts = (step for step in trace.steps if step.op.obj == queue and step.op.kind in ("queue.put", "simple_queue.put"))
    return sum(step.done and failure(step) is None for step in puts)


def _is_promise(step: Step, wait: Wait) -> bool:
    """Whether the step is a look of the waiting task that said it would not have to wait."""
    if step.task != wait.task or step.op.obj != wait.op.obj or step.op.kind not in _LOOKS.get(wait.op.kind, ()):
        return False
    return step.answer is False or (type(step.answer) is int and step.answer > 0)


def _is_acted_on(step: Step, wait: Wait) -> bool:
    """Whether the waiting task did once already what it waits for."""
    return step.done and step.task == wait.task and (step.op.kind, step.op.obj) == (wait.op.kind, wait.op.obj)


def _takes_the_same(step: Step, wait: Wait) -> bool:
    if step.task == wait.task or (step.op.kind, step.op.obj) != (wait.op.kind, wait.op.obj):
        return False
    return step.done and step.answer is not False and failure(step) is None


def _wait_told(names: Names, wait: Wait, look: Step, take: Step) -> str:
    doer, taker, name = names.task(wait.task), names.task(take.task), names.object(wait.op.obj)
    word = look.op.kind.partition(".")[2]
    if look.answer is False:
        saw = f"{name} was not {word}"
    else:
        saw = f"{name}.{'get_value' if word == 'value' else word}() was {shown(look.answer)}"
    took, wanted = _TAKEN[wait.op.kind]
    return (
        f"{doer} saw that {saw}{line_told(look)}, but before it acted on that, {taker} {took}{line_told(take)}; now "
        f"{doer} waits for {wanted}{_at(wait)}, for ever"
    )


def _lost_story(trace: Trace, names: Names, lost: LostUpdate) -> Story:
    again = read_of_the_same(trace, lost)
    steps = (lost.read, *([] if again is None else [again]), lost.others[0], lost.others[-1], lost.write)
    return Story(_lost_told(trace, names, lost, again), steps)


def _lost_told(trace: Trace, names: Names, lost: LostUpdate, again: int | None) -> str:
    read, write, last = (trace.steps[index] for index in (lost.read, lost.write, lost.others[-1]))
    doer, name = names.task(write.task), cell_told(trace, names, lost.cell)
    value, mine, theirs = (shown(value_at(trace, n, lost.cell)) for n in (lost.read, lost.write, lost.others[-1]))
    others = listed(list(dict.fromkeys(names.task(trace.steps[n].task) for n in lost.others)))
    times = len(lost.others)
    wrote = f"{others} wrote {f'it {times} times, at last ' if times > 1 else ''}{theirs}{line_told(last)}"
    over = f"wrote {mine} over it{line_told(write)}: what {others} wrote is lost"
    if again is None:
        unseen = f"{doer}, which had not seen that,"
        return f"{doer} read {value} from {name}{line_told(read)}; then {wrote}, and {unseen} {over}"
    first, second = sorted((lost.read, again))
    readers = f"{names.task(trace.steps[first].task)} and {names.task(trace.steps[second].task)}"
    both = f"{readers} both read {value} from {name}{lines_told(trace, first, second)} before either wrote"
    if times == 1 and mine == theirs:
        where = lines_told(trace, *lost.others, lost.write)
        return f"{both}; then each wrote {mine}{where}, so that one update is lost"
    return f"{both}; then {wrote}, and {doer} {over}"
