"""Numbers of things are told in one way, and nobody forgets that there may be exactly one."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from checker.counts import counted, is_or_are, listed, times
from checker.report.paper import Paper
from checker.report.plain import plain_report
from checker.report.text import text_report
from checker.result import Kind, StepLine
from checker.strategies.bounded import Bounded
from tests.report.results import DEADLOCK, FAILED

CHECKER = Path(__file__).resolve().parent.parent / "checker"
BY_HAND = re.compile(
    r"""\{[^{}]*\}\ (complete\ )?(schedules|steps|interleavings|preemptions|tasks|times)\b  # f"{count} schedules"
      | \}\ \w+\{'s'\ if  |  \}\ \w+\{''\ if                                               # f"{n} thing{'s' if ...}"
    """,
    re.VERBOSE,
)
MANY = {"analysis/exceptions.py", "analysis/story.py", "counts.py"}
"""Where the number is known to be two at least, or where the words are made."""


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 schedules"), (1, "1 schedule"), (2, "2 schedules"), (2000, "2,000 schedules")]
)
def test_only_one_is_not_many(number, said):
    assert counted(number, "schedule") == said


@pytest.mark.parametrize("said", ["", "main", "main and one", "main, one and one's feeder"])
def test_more_than_two_names_are_listed_with_commas(said):
    assert listed([name for name in re.split(", | and ", said) if name]) == said


def test_verbs_and_how_often():
    assert [is_or_are(number) for number in (0, 1, 2)] == ["are", "is", "are"]
    assert [is_or_are(number, past=True) for number in (0, 1, 2)] == ["were", "was", "were"]
    assert [times(number) for number in (0, 1, 2, 1000)] == ["never", "once", "2 times", "1,000 times"]
    assert Bounded(1).name == "at most 1 preemption"


def test_nobody_counts_by_hand():
    found = [
        f"{path.relative_to(CHECKER)}:{number}: {line.strip()}"
        for path in sorted(CHECKER.rglob("*.py"))
        if str(path.relative_to(CHECKER)) not in MANY
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if BY_HAND.search(line)
    ]
    assert not found, "use checker.counts: " + "; ".join(found)


@pytest.mark.parametrize("report", [text_report, plain_report])
def test_one_step_that_is_left_out_is_one(report):
    steps = tuple(StepLine(n, "worker", "read 1", "count", n, blocked=False) for n in range(1, 42))
    finding = replace(DEADLOCK, steps=steps, lane_tasks=())
    assert "1 step is left out here" in report(replace(FAILED, finding=finding), None, Paper())


def test_one_replay_is_one_time_and_large_numbers_have_commas():
    finding = replace(DEADLOCK, number=1234, replayed=1, replays=1)
    assert "schedule 1,234; replayed 1 of 1 time in" in text_report(replace(FAILED, finding=finding), None, Paper())
    finding = replace(DEADLOCK, kind=Kind.TOO_SERIAL, number=1, replays=0)
    assert "in the only schedule" in text_report(replace(FAILED, finding=finding), None, Paper())
