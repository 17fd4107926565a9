"""What a pending step would do if it were granted now: its footprint, what it changes, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from checker.kernel.cells import (
    ClockAnswer,
    Done,
    Effect,
    Failed,
    Handler,
    Lookup,
    NeedsPickle,
    Next,
    Outcome,
    Pending,
    View,
)
from checker.trace import Cell, Footprint, Json, ObjectRecord, Step

_NO_CELLS: frozenset[Cell] = frozenset()


class Granted(NamedTuple):
    """One step that was granted: what it was, what it did to the state, and what the engine has to do about it.

    `outcome` is Done, Failed, Next or NeedsPickle (a clock's answer is filled in). `writes` are the new values of the
    cells written, `adds` the amounts added to others.
    """

    pending: Pending
    step: Step
    outcome: Done | Failed | Next | NeedsPickle
    writes: Mapping[Cell, Any]
    adds: Mapping[Cell, int]
    effects: list[Effect]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a pending step would do; `outcome` is None where it is blocked.

    `looked_at` are the cells whose change makes the evaluation void, `changed` those that the step changes. `following`
    is the task's next step, where it goes on with the same operation. `at_once` is what is granted while nobody has
    waited yet (None: blocked, or it hangs on the clock).
    """

    outcome: Outcome
    footprint: Footprint
    writes: Mapping[Cell, Any]
    adds: Mapping[Cell, int]
    effects: list[Effect]
    wait_s: float
    looked_at: frozenset[Cell]
    changed: frozenset[Cell]
    following: Pending | None
    at_once: Granted | None


def evaluate(
    pending: Pending, handler: Handler, lookup: Lookup, objects: Mapping[str, ObjectRecord]
) -> tuple[Evaluation, View]:
    """What `pending` would do in the state that `lookup` shows, and what it saw there. Changes nothing.

    Every step needs its own process alive, so that a kill is dependent with all that the killed process still did. And
    once a process has put something that can still change into a queue, whatever it does is dependent with its feeder's
    pickling: the code that runs between two of its operations may change that thing.
    """
    view = View(lookup, objects)
    task, process = pending.task, pending.process
    alive = view.get(("life", process)) == "running" or pending.op.kind == "begin"
    if task == process and view.peek(("unpickled", process)) is not None:
        view.get(("unpickled", process))
    waits = bool(pending.left) and view.is_unchanged(pending.left)
    outcome = handler(view, pending) if alive and not waits else None
    if outcome is None:
        reads = frozenset(view.seen.keys() - view.peeked)
        footprint = Footprint(reads, _NO_CELLS, _NO_CELLS)
        return Evaluation(None, footprint, {}, {}, [], 0.0, reads, _NO_CELLS, None, None), view
    writes, adds = view.writes, view.adds
    written = frozenset(writes) if writes else _NO_CELLS
    footprint = Footprint(
        frozenset(view.seen.keys() - view.peeked - written), written, frozenset(adds) if adds else _NO_CELLS
    )
    evaluation = Evaluation(
        outcome,
        footprint,
        writes,
        adds,
        view.effects,
        view.wait_s,
        footprint.reads | written,
        written | footprint.adds,
        _following(pending, outcome),
        None if type(outcome) is ClockAnswer else granted(pending, outcome, footprint, view, 0.0),
    )
    return evaluation, view


def granted(
    pending: Pending, outcome: Outcome, footprint: Footprint, what: View | Evaluation, clock_s: float
) -> Granted:
    """The step as it is granted, with the task's clock after it; `what` has its writes, adds and effects."""
    if type(outcome) is ClockAnswer:
        outcome = Done(clock_s + outcome.ticks_s)
    assert outcome is not None
    assert not isinstance(outcome, ClockAnswer)
    done = type(outcome) is Done or type(outcome) is Failed
    answer: Json = None
    if done:
        answer = outcome.answer if type(outcome) is Done else list(outcome)
    step = Step(pending.task, pending.op, pending.stage_number, footprint, done, answer, clock_s)
    return Granted(pending, step, outcome, what.writes, what.adds, what.effects)


def _following(pending: Pending, outcome: Outcome) -> Pending | None:
    if type(outcome) is Next:
        return Pending(pending.task, pending.process, pending.op, outcome.stage, pending.stage_number + 1)
    return pending if type(outcome) is NeedsPickle else None
