"""The check of a lab with a bound on preemptions: its own sentence, a pass that proves nothing, and what it finds."""

from __future__ import annotations

import pytest

from checker import catalog
from checker.report.json_form import json_form
from checker.report.paper import WIDTH, Paper
from checker.report.text import text_report
from checker.result import Kind, Verdict
from tests.checked import ROOT, judged, needs_proc

pytestmark = needs_proc

COUNTER = ROOT / "solutions" / "lab02_counter.py"


@pytest.mark.parametrize(("bound", "words"), [(0, "at most 0 preemptions"), (1, "at most 1 preemption")])
def test_a_pass_says_the_bound_and_proves_nothing(bound: int, words: str) -> None:
    result = judged(COUNTER, "lab02_counter", preemptions=bound)
    check = result.checks[0]
    assert (result.verdict, result.proved) == (Verdict.PASS, False)
    assert check.sentence == f"no failure with {words}"
    total = sum(scenario.schedules for scenario in result.scenarios if scenario.strategy == words)
    assert check.detail == f"{total:,} schedule{'' if total == 1 else 's'}"
    form = json_form(result)
    assert (form["proved"], form["scenarios"][0]["strategy"], form["scenarios"][0]["exhausted"]) == (
        False,
        words,
        False,
    )


def test_the_report_says_it_in_one_line() -> None:
    result = judged(COUNTER, "lab02_counter", preemptions=0)
    report = text_report(result, catalog.load_spec("lab02_counter"), Paper())
    assert f"✓ explored  no failure with at most 0 preemptions: {result.checks[0].detail}" in report
    assert "PROVED" not in report
    assert max(map(len, report.splitlines())) <= WIDTH


def test_the_deadlock_of_two_tellers_is_found_with_one_preemption() -> None:
    file = ROOT / "labs" / "lab03_transfer.py"
    finding = judged(file, "lab03_transfer", preemptions=1).finding
    assert finding is not None
    assert (finding.kind, finding.preemptions) == (Kind.DEADLOCK, 1)
    assert judged(file, "lab03_transfer", preemptions=0).verdict is Verdict.PASS


def test_a_spent_budget_is_the_usual_sentence() -> None:
    result = judged(COUNTER, "lab02_counter", preemptions=50, schedules=1)
    assert result.verdict is Verdict.UNCHECKED
