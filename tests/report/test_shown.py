"""Which steps of a failing schedule are shown: rounds once, of what is too long the ends and what the report names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.report.paper import Paper
from checker.report.plain import plain_report
from checker.report.shown import MAX_STEPS, Gap, gap_told, shown_steps
from checker.report.text import text_report
from checker.result import StepLine
from tests.report.results import DEADLOCK, FAILED


def shown(*deeds, named=()):
    steps = tuple(
        StepLine(n, "worker", deed, "thing", None, blocked=False, named=n in named)
        for n, deed in enumerate(deeds, start=1)
    )
    return shown_steps(replace(DEADLOCK, steps=steps, lane_tasks=("worker",)))


def numbers(found):
    return [step.n for step in found.steps]


def test_a_round_that_comes_again_is_told_once():
    found = shown("look", *["take", "fail", "give back"] * 5, "leave")
    assert numbers(found) == [1, 2, 3, 4, 17]
    assert found.gaps == (Gap(4, 12, 3),)
    assert gap_told(found.gaps[0]) == "the same 3 steps 4 times more"


def test_the_same_step_again_and_again_is_a_round():
    found = shown(*["look"] * 9)
    assert [gap_told(gap) for gap in found.gaps] == ["the same step 8 times more"]


def test_what_saves_next_to_nothing_stays():
    assert numbers(shown("take", "take", "take", "leave")) == [1, 2, 3, 4]
    assert numbers(shown(*["take", "give back"] * 2, "leave")) == [1, 2, 3, 4, 5]


def test_rounds_in_which_something_differs_are_no_rounds():
    assert not shown(*[deed for n in range(6) for deed in (f"read {n}", f"write {n + 1}")]).gaps


def test_two_kinds_of_rounds_are_two_places():
    found = shown(*["a"] * 6, *["b", "c"] * 4, "d")
    assert numbers(found) == [1, 7, 8, 15]
    assert [gap_told(gap) for gap in found.gaps] == ["the same step 5 times more", "the same 2 steps 3 times more"]


def test_what_the_report_names_is_never_cut():
    found = shown(*(f"read {n}" for n in range(100)), named=(50,))
    assert len(found.steps) == MAX_STEPS
    assert 50 in numbers(found)
    assert sum(gap.steps for gap in found.gaps) == 60
    assert [gap_told(gap) for gap in found.gaps] == ["41 steps are left out here", "19 steps are left out here"]


def test_a_round_in_what_is_cut_is_counted_with_it():
    found = shown(*(f"read {n}" for n in range(20)), *["look"] * 50, *(f"write {n}" for n in range(40)))
    assert sum(gap.steps for gap in found.gaps) + len(found.steps) == 110
    assert [gap_told(gap) for gap in found.gaps] == ["70 steps are left out here"]


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (text_report, "\n    2    fail to acquire bob\n    …  the same 2 steps 9 times more\n"),
        (plain_report, "\nThe same 2 steps 9 times more.\n"),
    ],
)
def test_both_reports_say_that_a_round_came_again(report, said):
    steps = tuple(
        StepLine(n, "one", "acquire" if n % 2 else "fail to acquire", "bob", None, blocked=False) for n in range(1, 21)
    )
    finding = replace(DEADLOCK, steps=steps, lane_tasks=("one",))
    assert said in report(replace(FAILED, finding=finding), None, Paper())
