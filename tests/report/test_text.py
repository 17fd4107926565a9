"""The report for a person: its pictures, and the law that nothing is wider than 80 columns."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.report.paper import Paper, columns
from checker.report.plain import plain_report
from checker.report.text import text_report
from checker.report.words import command_word
from checker.result import Check, Hazard, HazardKind, Kind, Outcome, Reason, StepLine, Verdict, WaitLine
from checker.spec import Parallel, RealRuns, Scenario
from tests.report.results import DEADLOCK, ERROR, FAILED, PASSED, SPEC, UNCHECKED, result

PAPER = Paper()

DEADLOCK_PICTURE = """\
Lab 3 · Two tellers, two accounts                         labs/lab03_transfer.py

  ✗ DEADLOCK  schedule 2 of this check; replayed 3 of 3 times in fresh processes
    with 'there and back': main([[0, 1, 30], [1, 0, 20]], 1, 0.0)

         teller-1                           teller-2
    1    acquire alice           line 24
    2                                       acquire bob             line 24
    3    acquire bob             line 25  …
    4                                       acquire alice           line 25  …

    teller-1 holds alice and waits for bob
    teller-2 holds bob and waits for alice

  not run yet: still parallel, real runs
  at       labs/lab03_transfer.py:25
  again    python -m checker replay lab3
  hint     python -m checker hint lab3
"""

PASS_PICTURE = """\
Lab 3 · Two tellers, two accounts                         labs/lab03_transfer.py

  ✓ PROVED    every interleaving holds: 90 that differ in effect           0.3 s
              of main([[0, 1, 30], [1, 0, 20]], 1, 0.0)
  ✓ parallel  disjoint transfers overlap: 1.0 s where one at a time takes 2.0 s
              (virtual)
  ✓ real      10 of 10 runs under fork, 2 of 2 under spawn                 0.9 s

  Two processes that take two locks in opposite orders can wait for each other
  for ever. Rule to remember: number your locks, and always take the lower
  number first.
  https://docs.python.org/3/library/multiprocessing.html
"""

ERROR_PICTURE = """\
Lab 3 · Two tellers, two accounts                         labs/lab03_transfer.py

  ✗ ERROR     labs/lab03_transfer.py:25 is not Python: invalid syntax
        with locks[source]
                          ^
    Put it right, then run python -m checker lab3 again.
"""

UNCHECKED_PICTURE = """\
Lab 3 · Two tellers, two accounts                         labs/lab03_transfer.py

  ? UNCHECKED  60 s were over after 12 schedules; give more with --seconds 300.
"""

WRONG_PICTURE = """\
Lab 3 · Two tellers, two accounts                         labs/lab03_transfer.py

  ✗ WRONG RESULT  schedule 7; replayed 3 of 3 times in fresh processes
    with 'there and back': main([[0, 1, 30], [1, 0, 20]], 1, 0.0)

    every visitor is counted

                turnstile-1          turnstile-2          main
    1  line 21                                            write 0 to count
    2  line 23                                            start turnstile-1
    3  line 17  read 0 from count
    4  line 17                       read 0 from count
    5  line 17  write 1 to count
    6  line 17                       write 1 to count
    7  line 17                       print 'turnstile 2 …

    expected  2
    instead   1

  at       labs/lab03_transfer.py:17
  again    python -m checker replay lab3
  hint     python -m checker hint lab3
"""

WRONG = replace(
    DEADLOCK,
    kind=Kind.WRONG_RESULT,
    sentence="every visitor is counted",
    number=7,
    steps=(
        StepLine(1, "main", "write 0", "count", 21, blocked=False),
        StepLine(2, "main", "start", "turnstile-1", 23, blocked=False),
        StepLine(3, "turnstile-1", "read 0", "count", 17, blocked=False),
        StepLine(4, "turnstile-2", "read 0", "count", 17, blocked=False),
        StepLine(5, "turnstile-1", "write 1", "count", 17, blocked=False),
        StepLine(6, "turnstile-2", "write 1", "count", 17, blocked=False),
        StepLine(7, "turnstile-2", "print 'turnstile 2 is closed'", "", 17, blocked=False),
    ),
    lane_tasks=("turnstile-1", "turnstile-2"),
    waits=(),
    expected="2",
    actual="1",
    line=17,
)

QUEUE_PICTURE = """\
Lab 3 · Two tellers, two accounts                         labs/lab03_transfer.py

  ✗ WRONG RESULT  schedule 6; replayed 3 of 3 times in fresh processes
    with 'there and back': main([[0, 1, 30], [1, 0, 20]], 1, 0.0)

    does not hold: every job is printed exactly once

         worker-1                           worker-2
    1    [main: put into jobs]   line 28
    2    jobs.empty() is True    line 17
    3                                       fail to get from jobs
    4    [main's feeder: send through jobs]  …

    (what is put into a queue arrives only when its feeder sends it)
    (2 steps of main are not shown)

    expected  job-1 printed once
    instead   never

  again    python -m checker replay lab3
  hint     python -m checker hint lab3
"""

QUEUE = replace(
    DEADLOCK,
    kind=Kind.WRONG_RESULT,
    sentence="does not hold: every job is printed exactly once",
    number=6,
    steps=(
        StepLine(1, "main", "put", "jobs", 28, blocked=False),
        StepLine(2, "main", "start", "worker-1", 29, blocked=False),
        StepLine(3, "main", "start", "worker-2", 29, blocked=False),
        StepLine(4, "worker-1", "empty() is True", "jobs", 17, blocked=False),
        StepLine(5, "worker-2", "fail to get", "jobs", None, blocked=False),
        StepLine(6, "main's feeder", "send", "jobs", None, blocked=True),
    ),
    lane_tasks=("worker-1", "worker-2"),
    waits=(),
    expected="job-1 printed once",
    actual="never",
    line=None,
)

SERIAL_PICTURE = """\
Lab 3 · Two tellers, two accounts                         labs/lab03_transfer.py

  ✗ TOO SERIAL  in the best of all 6 schedules
    with 'there and back': main([[0, 1, 30], [1, 0, 20]], 1, 0.0)

    does not hold: tellers do not wait for each other

    1    1.0 s  teller-1  sleep 1.0 s, holding gate           line 24
    2   12.0 s  teller-2  sleep 11.0 s, holding gate          line 24

    (the times are virtual: only waiting takes any)
    (1 step of main is not shown)

    expected  under 1.5 s of virtual time if it is done at the same time
    instead   2.0 s, even in the best schedule

  at       labs/lab03_transfer.py:24
  again    python -m checker lab3
           (the whole check once more: this finding is about all schedules)
  hint     python -m checker hint lab3
"""

SERIAL = replace(
    DEADLOCK,
    kind=Kind.TOO_SERIAL,
    sentence="does not hold: tellers do not wait for each other",
    schedule="",
    number=6,
    replayed=0,
    replays=0,
    steps=(
        StepLine(1, "main", "start", "teller-1", 28, blocked=False, clock_s=0.0),
        StepLine(2, "teller-1", "sleep 1.0 s, holding", "gate", 24, blocked=False, clock_s=1.0),
        StepLine(3, "teller-2", "sleep 11.0 s, holding", "gate", 24, blocked=False, clock_s=12.0),
    ),
    waits=(),
    expected="under 1.5 s of virtual time if it is done at the same time",
    actual="2.0 s, even in the best schedule",
    line=24,
)


@pytest.mark.parametrize(
    ("given_result", "picture"),
    [
        (FAILED, DEADLOCK_PICTURE),
        (PASSED, PASS_PICTURE),
        (ERROR, ERROR_PICTURE),
        (UNCHECKED, UNCHECKED_PICTURE),
        (result(Verdict.FAIL, finding=WRONG), WRONG_PICTURE),
        (result(Verdict.FAIL, finding=QUEUE), QUEUE_PICTURE),
        (result(Verdict.FAIL, finding=SERIAL), SERIAL_PICTURE),
    ],
    ids=["deadlock", "pass", "error", "unchecked", "wrong result", "queue", "too serial"],
)
def test_the_picture_is_exactly_this(given_result, picture):
    assert text_report(given_result, SPEC, PAPER) == picture


def test_four_lanes_become_one_column_with_the_task_in_front():
    forks = tuple(
        StepLine(n, f"philosopher-{n % 4}", "acquire", f"forks[{n % 4}]", 12, blocked=n > 4) for n in range(1, 9)
    )
    finding = replace(DEADLOCK, steps=forks, lane_tasks=tuple(f"philosopher-{n}" for n in range(4)))
    text = text_report(replace(FAILED, finding=finding), SPEC, PAPER)
    assert "\n    1  philosopher-1  acquire forks[1]                        line 12\n" in text
    assert "\n    5  philosopher-1  acquire forks[1]                        line 12  …\n" in text


def test_a_main_that_only_starts_and_joins_has_no_lane():
    steps = tuple(step for step in DEADLOCK.steps if step.task != "auditor")
    assert text_report(replace(FAILED, finding=replace(DEADLOCK, steps=steps)), SPEC, PAPER) == DEADLOCK_PICTURE


def test_of_many_steps_forty_are_shown_and_the_rest_is_counted():
    steps = tuple(StepLine(n, "worker", "read 1", "count", n, blocked=False) for n in range(1, 101))
    text = text_report(replace(FAILED, finding=replace(DEADLOCK, steps=steps, lane_tasks=())), SPEC, PAPER)
    assert text.count("read 1 from count") == 40
    assert "60 steps are left out here" in text
    assert "  100    read 1 from count" in text


def test_a_passed_check_is_shown_before_the_finding_of_a_later_one():
    checks = (
        Check("explored", "every interleaving holds", Outcome.PASS, 6, 6, "90 that differ in effect"),
        Check("parallel", "disjoint transfers overlap", Outcome.FAIL, 0, 2),
        Check("real", "", Outcome.NOT_RUN, 0, 2),
    )
    finding = replace(DEADLOCK, kind=Kind.TOO_SERIAL, schedule="", number=0, replays=0, steps=(), waits=())
    text = text_report(result(Verdict.FAIL, proved=True, checks=checks, finding=finding), SPEC, PAPER)
    assert text.index("✓ PROVED") < text.index("✗ TOO SERIAL")
    assert "not run yet: real runs" in text
    assert "again    python -m checker lab3\n" in text, "nothing to replay without a schedule"
    finding = replace(finding, kind=Kind.REAL_RUN)
    text = text_report(result(Verdict.FAIL, checks=checks, finding=finding), SPEC, PAPER)
    assert "(the whole check once more: this finding is about a real run)\n" in text


def test_the_scenario_that_failed_is_named_with_its_call():
    later = Scenario("different accounts", ([[0, 1, 30]], 1, 1.0), ())
    spec = replace(SPEC, parallel=Parallel("they overlap", later, 1.5, 2.0))
    finding = replace(DEADLOCK, scenario="different accounts")
    assert "with 'different accounts': main([[0, 1, 30]], 1, 1.0)\n" in text_report(
        replace(FAILED, finding=finding), spec, PAPER
    )
    real = replace(DEADLOCK, scenario="real", schedule="")
    spec = replace(SPEC, real=RealRuns((3, 0.01), ()))
    assert "    with main(3, 0.01)\n" in text_report(replace(FAILED, finding=real), spec, PAPER)
    assert "with" not in text_report(FAILED, None, PAPER)


def test_a_timeout_is_explained():
    given_up = StepLine(4, "worker-1", "give up waiting to get", "jobs", 17, blocked=False)
    text = text_report(result(Verdict.FAIL, finding=replace(QUEUE, steps=(*QUEUE.steps[:3], given_up))), SPEC, PAPER)
    assert "    (a timeout may expire in any schedule)\n" in text
    assert "its feeder" not in text


def test_several_scenarios_are_all_named_behind_a_proof():
    spec = replace(SPEC, scenarios=(Scenario("one", (1,), ()), Scenario("two", (2, "x"), ())))
    assert "              of main(1)\n              and main(2, 'x')\n" in text_report(PASSED, spec, PAPER)


def test_a_replay_only_says_that_it_was_replayed():
    text = text_report(replace(FAILED, checks=(), finding=replace(DEADLOCK, number=0)), SPEC, PAPER)
    assert "  ✗ DEADLOCK  replayed 3 of 3 times in fresh processes\n" in text
    assert "not run yet" not in text


def test_a_second_line_of_a_sentence_begins_on_a_line_of_its_own():
    finding = replace(DEADLOCK, kind=Kind.HANG, sentence="not so\ntwo locks are two locks")
    assert "    not so\n    two locks are two locks\n" in text_report(replace(FAILED, finding=finding), SPEC, PAPER)


def test_the_story_stands_below_what_was_expected_and_is_wrapped():
    both = "turnstile-1 and turnstile-2 both read 3 from count (line 35) before either wrote"
    story = f"{both}; then each wrote 4 (line 35)"
    finding = replace(DEADLOCK, kind=Kind.WRONG_RESULT, waits=(), expected="6", actual="5", story=story)
    text = text_report(replace(FAILED, finding=finding), SPEC, PAPER)
    assert (
        "    expected  6\n    instead   5\n\n"
        "    turnstile-1 and turnstile-2 both read 3 from count (line 35) before either\n"
        "    wrote; then each wrote 4 (line 35)\n\n"
    ) in text


@pytest.mark.parametrize(("count", "last"), [(3, "warning  race 3"), (5, "warning  and 2 more, see --json")])
def test_of_many_warnings_three_are_shown_behind_the_notes(count, last):
    warnings = tuple(Hazard(HazardKind.DATA_RACE, f"race {n}", (1,), ()) for n in range(1, count + 1))
    lines = text_report(replace(PASSED, notes=("a note",), warnings=warnings), SPEC, PAPER).splitlines()
    first = lines.index("  note     a note")
    assert lines[first + 1 : first + 4] == [f"  warning  race {n}" for n in (1, 2, 3)]
    assert [line for line in lines if "warning" in line][-1] == f"  {last}"


def test_a_file_outside_of_labs_is_replayed_by_its_path():
    text = text_report(replace(FAILED, file="solutions/lab03_transfer.py"), SPEC, PAPER)
    assert "again    python -m checker replay solutions/lab03_transfer.py\n" in text


def test_what_ascii_cannot_say_is_said_otherwise():
    text = text_report(FAILED, SPEC, Paper("ascii"))
    assert text.isascii()
    assert "x DEADLOCK" in text
    assert "Lab 3 - Two tellers" in text
    assert "line 25  ..." in text


def test_colour_only_where_it_is_wanted_and_never_in_the_way_of_the_columns():
    plain, coloured = text_report(PASSED, SPEC, PAPER), text_report(PASSED, SPEC, Paper(colour=True))
    assert "\x1b" not in plain
    assert coloured.count("\x1b[0m") == 3
    assert coloured.replace("\x1b[32;1m", "").replace("\x1b[0m", "") == plain


def test_control_characters_of_the_student_are_made_visible():
    finding = replace(
        DEADLOCK, waits=(WaitLine("evil\x1b[2J", (), "a\u202eb\rc"),), sentence="\x07", traceback="\x00\tx"
    )
    text = text_report(replace(FAILED, finding=finding, file="labs/\x1b.py"), SPEC, PAPER)
    assert "\\x1b[2J" in text
    assert "\\u202e" in text


def test_a_traceback_calls_the_file_as_the_person_does_and_keeps_the_bars_of_a_group():
    told = (
        "  + Exception Group Traceback (most recent call last):\n"
        '  |   File "/home/somebody/in/a/deep/folder/labs/lab03_transfer.py", line 11, in work\n'
        '  |   File "/usr/lib/python3/labs/other.py", line 1, in run\n'
        f"  | ExceptionGroup: {'several things ' * 8}\n"
    )
    text = text_report(replace(FAILED, finding=replace(DEADLOCK, traceback=told)), SPEC, PAPER)
    assert '      |   File "labs/lab03_transfer.py", line 11, in work\n' in text
    assert '"/usr/lib/python3/labs/other.py"' in text
    assert "\n      | things several things" in text


def test_carets_still_point_when_the_line_is_cut():
    code = "x = " + "a" * 100 + " $ " + "b" * 100
    message = f"labs/lab03_transfer.py:1 is not Python\n{code}\n{' ' * code.index('$')}^"
    lines = text_report(result(Verdict.ERROR, message=message), SPEC, PAPER).splitlines()
    caret = next(index for index, line in enumerate(lines) if line.strip() == "^")
    assert lines[caret - 1][lines[caret].index("^")] == "$"
    assert (lines[caret - 1].strip()[0], lines[caret - 1][-1]) == ("…", "…")


TEXT = st.text(max_size=120) | st.text(alphabet="ab \n\t漢é", max_size=200) | st.just("word " * 40)
STEPS = st.lists(
    st.builds(
        StepLine,
        st.just(1),
        st.sampled_from(["main", "teller-1", "teller-2", "a rather long name of a process"]) | TEXT,
        st.sampled_from(["acquire", "read 4", "print 'some longer text he…'", "empty() is True"]) | TEXT,
        st.sampled_from(["", "alice", "the_longest_name_of_a_lock_in_the_bank"]) | TEXT,
        st.none() | st.integers(1, 10**6),
        st.booleans(),
    ),
    max_size=60,
).map(tuple)
FINDINGS = st.builds(
    lambda **fields: replace(DEADLOCK, **fields),
    kind=st.sampled_from(Kind),
    sentence=TEXT,
    steps=STEPS,
    lane_tasks=st.lists(st.sampled_from(["main", "teller-1", "teller-2"]), max_size=3, unique=True).map(tuple),
    waits=st.lists(st.builds(WaitLine, TEXT, st.lists(TEXT, max_size=3).map(tuple), TEXT), max_size=3).map(tuple),
    expected=st.none() | TEXT,
    actual=st.none() | TEXT,
    story=TEXT,
    traceback=st.none() | TEXT,
    number=st.integers(0, 10**6),
)
RESULTS = st.builds(
    result,
    st.sampled_from(Verdict),
    lab=st.sampled_from(["lab03_transfer", None]),
    title=TEXT,
    file=TEXT,
    reason=st.none() | st.sampled_from(Reason),
    message=TEXT,
    proved=st.booleans(),
    finding=st.none() | FINDINGS,
    notes=st.lists(TEXT, max_size=2).map(tuple),
    warnings=st.lists(
        st.builds(Hazard, st.sampled_from(HazardKind), TEXT, st.just((1, 2)), st.just(("one", "two"))), max_size=5
    ).map(tuple),
    checks=st.lists(
        st.builds(
            Check,
            st.sampled_from(["explored", "parallel", "real"]),
            TEXT,
            st.sampled_from(Outcome),
            st.just(0),
            st.just(0),
            TEXT,
            st.floats(0, 1000),
        ),
        max_size=3,
    ).map(tuple),
)


def test_only_a_print_of_several_writes_is_explained_as_one():
    def text(*ops):
        steps = tuple(StepLine(n, "till-1", op, "", 7, blocked=False) for n, op in enumerate(ops, start=1))
        finding = replace(DEADLOCK, steps=steps, lane_tasks=("till-1",))
        return text_report(replace(FAILED, finding=finding), SPEC, PAPER)

    assert "more than one write" in text("print 'a…'", r"print '\n'")
    assert "more than one write" not in text(r"print '\n'", r"print '\n'"), "print() without anything"


@given(RESULTS, st.sampled_from(["utf-8", "ascii", "cp1252"]))
def test_no_line_is_wider_than_80_columns_unless_one_word_is_too_long(any_result, encoding):
    text = text_report(any_result, SPEC, Paper(encoding))
    text.encode(encoding)
    assert all(char == "\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs") for char in text)
    for line in text.split("\n"):
        longest = max((columns(word) for word in line.split()), default=0)
        assert columns(line) <= 80 or longest > 50 or line[2:11].rstrip() in ("again", "hint"), line
    commands = [line[11:] for line in text.split("\n") if line.startswith(("  again    ", "  hint     "))]
    word = Paper(encoding).visible(command_word(any_result)).replace("\n", " ")
    assert all(command.endswith(word) for command in commands), "a command stands on one line, to be copied whole"


def test_the_round_of_a_livelock_goes_on():
    steps = tuple(replace(step, blocked=False) for step in DEADLOCK.steps)
    failed = replace(FAILED, finding=replace(DEADLOCK, kind=Kind.LIVELOCK, steps=steps, waits=()))
    picture = text_report(failed, SPEC, PAPER).splitlines()
    assert picture[picture.index("    …  and so on") - 1].split() == ["4", "acquire", "alice", "line", "25"]
    assert "and so on" not in text_report(FAILED, SPEC, PAPER)
    sentences = plain_report(failed, SPEC, PAPER).splitlines()
    assert sentences[sentences.index("And so on, for ever.") - 1] == "Step 4: teller-2 acquires alice at line 25."


def test_an_item_is_cut_where_it_does_not_fit_into_its_lane():
    steps = (
        StepLine(1, "one", "put 'a text of some length'", "results", 4, blocked=False),
        StepLine(2, "two", "get 'a text of some length'", "results", 5, blocked=False),
    )
    text = text_report(replace(FAILED, finding=replace(DEADLOCK, steps=steps, lane_tasks=("one", "two"))), SPEC, PAPER)
    assert "\n    1    put 'a text of some le…  line 4\n" in text
    assert "  get 'a text of some le…  line 5\n" in text
