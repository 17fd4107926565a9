"""The lines below the reports of several files."""

from __future__ import annotations

from dataclasses import replace

from checker.report.paper import Paper
from checker.report.totals import plain_totals, totals
from checker.result import Reason, Verdict
from tests.report.results import FAILED, PASSED

RESULTS = [
    replace(PASSED, file="anna.py"),
    replace(FAILED, file="ben.py"),
    replace(PASSED, file="cleo.py", verdict=Verdict.UNCHECKED, reason=Reason.LIMIT),
    replace(PASSED, file="dan\n.py", verdict=Verdict.ERROR),
]


def test_each_file_has_its_line():
    assert totals(RESULTS, Paper()).splitlines() == [
        "  ✓ pass              anna.py",
        "  ✗ deadlock          ben.py",
        "  ? unchecked         cleo.py",
        "  ✗ error             dan .py",
        "",
        "1 of 4 passed",
    ]


def test_for_a_screen_reader_they_are_sentences():
    assert plain_totals(RESULTS, Paper()) == (
        "pass: anna.py.\ndeadlock: ben.py.\nunchecked: cleo.py.\nerror: dan .py.\n1 of 4 passed.\n"
    )
