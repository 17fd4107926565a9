"""The report for a screen reader: one sentence a step."""

from __future__ import annotations

from dataclasses import replace

from checker.report.paper import Paper
from checker.report.plain import plain_report
from checker.result import Hazard, HazardKind, StepLine
from tests.report.results import DEADLOCK, FAILED, PASSED, SPEC

DEADLOCK_SENTENCES = """\
Lab 3, Two tellers, two accounts, file labs/lab03_transfer.py: fail, deadlock.
Check explored: fail.
teller-1 and teller-2 wait for each other.
Seen in schedule 2 of this check; replayed 3 of 3 times in fresh processes.
With 'there and back': main([[0, 1, 30], [1, 0, 20]], 1, 0.0).
Step 1: teller-1 acquires alice at line 24.
Step 2: teller-2 acquires bob at line 24.
Step 3: teller-1 waits to acquire bob at line 25, and never can.
Step 4: teller-2 waits to acquire alice at line 25, and never can.
teller-1 holds alice and waits for bob.
teller-2 holds bob and waits for alice.
Not run yet: still parallel, real runs.
Look first at labs/lab03_transfer.py, line 25.
To see it again: python -m checker replay lab3
For a hint: python -m checker hint lab3
"""


def test_a_deadlock_in_sentences():
    assert plain_report(FAILED, SPEC, Paper()) == DEADLOCK_SENTENCES


def test_a_pass_says_that_it_is_proved_and_gives_the_lesson():
    lines = plain_report(PASSED, SPEC, Paper()).splitlines()
    assert lines[0].endswith(": pass, proved.")
    assert lines[1] == "Check explored: pass, every interleaving holds: 90 that differ in effect."
    assert "Explored were the interleavings of main([[0, 1, 30], [1, 0, 20]], 1, 0.0)." in lines
    assert lines[-1] == f"Read more at {SPEC.link}"


def test_a_story_and_warnings_are_sentences():
    finding = replace(DEADLOCK, story="both read 4 before either wrote")
    text = plain_report(replace(FAILED, finding=finding), SPEC, Paper())
    assert "How it came: both read 4 before either wrote.\n" in text
    warnings = (Hazard(HazardKind.DATA_RACE, "data race: one writes", (3,), ("one",)),)
    assert "Warning: data race: one writes.\n" in plain_report(replace(PASSED, warnings=warnings), SPEC, Paper())


def test_verbs_are_sentences_whatever_was_done():
    steps = [
        ("read 4", "count", "reads 4 from count"),
        ("put", "jobs", "puts into jobs"),
        ("empty() is True", "jobs", "sees that jobs.empty() is True"),
        ("task_done()", "jobs", "calls jobs.task_done()"),
        ("exitcode is None", "worker-1", "sees that worker-1.exitcode is None"),
        ("print 'ab'", "", "prints 'ab'"),
        ("fail to acquire", "alice", "fails to acquire alice"),
        ("ValueError from release", "alice", "gets ValueError from release alice"),
        ("exit", "", "exits"),
    ]
    finding = replace(
        DEADLOCK,
        steps=tuple(StepLine(n, "worker-1", op, obj, None, blocked=False) for n, (op, obj, _) in enumerate(steps, 1)),
    )
    text = plain_report(replace(FAILED, finding=finding), SPEC, Paper())
    for n, (_, _, sentence) in enumerate(steps, 1):
        assert f"Step {n}: worker-1 {sentence}.\n" in text


def test_no_line_has_control_characters():
    finding = replace(DEADLOCK, sentence="a\x1b[1mb", traceback="x\ny\x07")
    text = plain_report(replace(FAILED, finding=finding), SPEC, Paper())
    assert "a\\x1b[1mb" in text
    assert "\x07" not in text
