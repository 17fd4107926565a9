"""Chooses which steps of a failing schedule a report shows: whose, which rounds are told once, and what is cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from checker.counts import counted, is_or_are, times
from checker.result import Finding, Kind, StepLine

MAX_STEPS = 40
_HEAD_STEPS = 8
_MOST_NAMED = 16
_MAX_ROUND = 24
_LEAST_ROUNDS = 3
_WORTH_FOLDING = 4
"""Rounds are folded where that leaves out so many steps at least."""
_BRINGS = re.compile(r"(put|send)( |$)|(fail|give up waiting) to (put|pickle)")
BOSS_OPS = frozenset({"start", "join", "exit"})


class Gap(NamedTuple):
    """A place where steps were left out: `after` so many shown steps, so many `steps`.

    They are the round of the last `round_steps` shown steps again and again; 0: anything.
    """

    after: int
    steps: int
    round_steps: int


class Shown(NamedTuple):
    """The steps of a finding that a report shows, numbered anew, and how many it leaves out.

    `tasks` have a lane each; a step of another task is shown because it brings what is got from a queue. `others`
    counts the steps of tasks that do not take part, and `other_tasks` are these. `after` counts those behind a
    failure, without ends, starts and joins.
    """

    steps: tuple[StepLine, ...]
    tasks: tuple[str, ...]
    gaps: tuple[Gap, ...]
    others: int
    other_tasks: tuple[str, ...]
    after: int = 0


def shown_steps(finding: Finding) -> Shown:
    """Chooses what of a failing schedule is shown: more than three tasks are folded to those that take part.

    Of fewer, one that takes no part is left out where all it does is to start the others and wait for their end.
    The steps that remain are numbered from 1, those left out for their number included. What comes after an exception
    is not shown where that is the finding.
    """
    after = _after_failure(finding)
    finding = replace(finding, steps=finding.steps[: len(finding.steps) - len(after)])
    tasks = tuple(dict.fromkeys(step.task for step in finding.steps))
    if len(tasks) > 3 and finding.lane_tasks:
        tasks = finding.lane_tasks
        if "main" not in tasks and _main_takes_part(finding):
            tasks = ("main", *tasks)
    else:
        busy = {step.task for step in finding.steps if step.op not in BOSS_OPS}
        beside = (t for t in tasks if t not in finding.lane_tasks and (t in busy or not finding.lane_tasks))
        tasks = (*(t for t in finding.lane_tasks if t in tasks), *beside)
    used = {step.object for step in finding.steps if step.task in tasks}
    queues = {step.object for step in finding.steps if step.object and _brings(step)} & used
    is_shown = [s.task in tasks or (s.object in queues and _brings(s)) for s in finding.steps]
    mine = [step for step, shown in zip(finding.steps, is_shown, strict=True) if shown]
    others = [step.task for step, shown in zip(finding.steps, is_shown, strict=True) if not shown]
    numbered = [replace(step, n=n) for n, step in enumerate(mine, start=1)]
    steps, gaps = _cut(*_folded(numbered))
    worth_telling = sum(step.op not in BOSS_OPS and not step.op.startswith("exit ") for step in after)
    return Shown(steps, tasks, gaps, len(others), tuple(dict.fromkeys(others)), worth_telling)


def _after_failure(finding: Finding) -> tuple[StepLine, ...]:
    """The steps behind the exception that is the finding; none where that is something else."""
    number = next((number for number, step in enumerate(finding.steps, start=1) if step.failed), 0)
    return finding.steps[number:] if number and finding.kind is Kind.EXCEPTION else ()


def gap_told(gap: Gap) -> str:
    """What is left out, in words without a full stop: "the same 3 steps 4 times more"."""
    if not gap.round_steps:
        return f"{counted(gap.steps, 'step')} {is_or_are(gap.steps)} left out here"
    what = "step" if gap.round_steps == 1 else counted(gap.round_steps, "step")
    return f"the same {what} {times(gap.steps // gap.round_steps)} more"


def _main_takes_part(finding: Finding) -> bool:
    """Whether main does what others may feel, or looks at what they do, before they have come to their ends."""
    if finding.kind is Kind.MISSING_PROCESS:
        return True
    started = next((i for i, step in enumerate(finding.steps) if step.op == "start"), len(finding.steps))
    last = max((i for i, step in enumerate(finding.steps) if step.task in finding.lane_tasks), default=0)
    during = [step for step in finding.steps[started:last] if step.task == "main"]
    return finding.kind is Kind.WRONG_RESULT and any(
        step.op not in BOSS_OPS and not _brings(step) and not step.op.startswith("print ") for step in during
    )


def _brings(step: StepLine) -> bool:
    """Whether the step puts something into a queue, or sends what was put, or tries to."""
    return _BRINGS.match(step.op) is not None


# Rounds that come again and again are told once


def _folded(steps: Sequence[StepLine]) -> tuple[list[StepLine], list[Gap]]:
    """The steps without those rounds that are the very same as the one before, and the gaps where these were."""
    keys = [(step.task, step.op, step.object, step.line, step.blocked, step.named) for step in steps]
    kept: list[StepLine] = []
    gaps: list[Gap] = []
    at = 0
    while at < len(steps):
        length, count = _best_round(keys, at)
        kept += steps[at : at + length]
        if count > 1:
            gaps.append(Gap(len(kept), (count - 1) * length, length))
        at += length * count
    return kept, gaps


def _best_round(keys: Sequence[object], at: int) -> tuple[int, int]:
    """The length of the round that begins `at`, and how often it comes there; a single step, once, if none is worth it.

    It is the one that leaves out most, and of several the shortest.
    """
    best, saved = (1, 1), _WORTH_FOLDING - 1
    for length in range(1, min(_MAX_ROUND, (len(keys) - at) // _LEAST_ROUNDS) + 1):
        end = at + length
        while end < len(keys) and keys[end] == keys[end - length]:
            end += 1
        count = (end - at) // length
        if count >= _LEAST_ROUNDS and (count - 1) * length > saved:
            best, saved = (length, count), (count - 1) * length
    return best


# What is still too long is cut


def _cut(steps: Sequence[StepLine], folds: Sequence[Gap]) -> tuple[tuple[StepLine, ...], tuple[Gap, ...]]:
    """At most `MAX_STEPS` steps: the first ones, those that the report names elsewhere, and the last ones."""
    kept = set(range(len(steps)))
    if len(steps) > MAX_STEPS:
        named = [index for index, step in enumerate(steps) if step.named]
        kept = {*range(_HEAD_STEPS), *named[-_MOST_NAMED:]}
        for index in reversed(range(len(steps))):
            if len(kept) == MAX_STEPS:
                break
            kept.add(index)
    left_out = {fold.after: fold for fold in folds}
    shown: list[StepLine] = []
    gaps: list[Gap] = []
    for index, step in enumerate(steps):
        if index in kept:
            shown.append(step)
        else:
            _leave_out(gaps, len(shown), 1)
        fold = left_out.get(index + 1)
        if fold is None:
            continue
        if kept.issuperset(range(index + 1 - fold.round_steps, index + 1)):
            gaps.append(Gap(len(shown), fold.steps, fold.round_steps))
        else:
            _leave_out(gaps, len(shown), fold.steps)
    return tuple(shown), tuple(gaps)


def _leave_out(gaps: list[Gap], after: int, steps: int) -> None:
    if gaps and gaps[-1].after == after and not gaps[-1].round_steps:
        steps += gaps.pop().steps
    gaps.append(Gap(after, steps, 0))
