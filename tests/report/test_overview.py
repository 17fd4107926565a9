"""The overview: how the labs stand and what comes next."""

from __future__ import annotations

from checker import catalog
from checker.report.overview import LabState, overview, plain_overview
from checker.report.paper import Paper, columns
from checker.result import Verdict

STATES = (
    LabState(
        1, "Three tills, one receipt printer", "labs/lab01_printing.py", Verdict.PASS, "passed, proved", changed=False
    ),
    LabState(2, "Turnstiles", "labs/lab02_counter.py", Verdict.PASS, "passed", changed=True),
    LabState(3, "Two tellers", "labs/lab03_transfer.py", Verdict.FAIL, "deadlock", changed=False),
    LabState(4, "Printers", "labs/lab04_printers.py", None, "", changed=False),
)

PICTURE = """\
Deadlocks and race conditions: the labs                            1 of 4 passed

  ✓ Lab 1 · Three tills, one receipt printer  passed, proved
  ? Lab 2 · Turnstiles                        passed; since changed
  ✗ Lab 3 · Two tellers                       deadlock
  · Lab 4 · Printers                          not checked yet

  next     python -m checker lab2
           edit labs/lab02_counter.py until it passes
"""


def test_the_picture_is_exactly_this():
    assert overview(STATES, Paper()) == PICTURE


def test_a_failed_lab_that_is_next_offers_a_hint():
    assert "hint     python -m checker hint lab3\n" in overview(STATES[2:], Paper())


def test_when_all_are_passed_nothing_is_next():
    assert overview(STATES[:1], Paper()).endswith("  All labs are passed.\n")


def test_it_is_ascii_where_it_must_and_never_too_wide():
    long = (LabState(1, "word " * 40, "labs/lab01_printing.py", Verdict.FAIL, "deadlock", changed=True),)
    text = overview(long, Paper("ascii"))
    assert text.isascii()
    assert all(columns(line) <= 80 for line in text.splitlines())


def test_in_sentences():
    lines = plain_overview(STATES, Paper()).splitlines()
    assert lines[0] == "1 of 4 labs are passed."
    assert lines[3] == "Lab 3, Two tellers: deadlock."
    assert lines[-1] == "Next: edit labs/lab02_counter.py, then run python -m checker lab2"


def test_the_titles_of_all_labs_are_shown_whole_whatever_became_of_them():
    titles = [catalog.load_spec(lab).title for lab in catalog.spec_names()]
    states = [
        LabState(n, title, "labs/lab.py", Verdict.UNCHECKED, "could not be checked", changed=True)
        for n, title in enumerate(titles, start=1)
    ]
    text = overview(tuple(states), Paper())
    assert all(f"Lab {n} · {title} " in text for n, title in enumerate(titles, start=1))
    assert all(columns(line) <= 80 for line in text.splitlines())
