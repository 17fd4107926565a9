"""Why a check ends before its end: too little was seen, or something that cannot be followed or read."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.errors import UsageError
from checker.explore import Exploration, Why
from checker.judge import FOLLOWED, Refusal
from checker.result import Reason, Verdict
from checker.spec import Expectation, Scenario
from checker.stops import Stop, demand_enough, read_source, refused
from checker.trace import EndKind
from tests.analysis.traces import BANK, BANK_SOURCE, MAIN, ONE, acquire, op, release, step, trace

ROOT = Path(__file__).resolve().parent.parent
LOCK = "main/lock.1"
HOLDS = Expectation("right", "all is right", lambda seen: None)
SCENARIO = Scenario("there and back", (), (HOLDS,), minimum=10, steps=2000)
ROUND = [step("main.1", acquire(LOCK, 14), True), step("main.1", release(LOCK, 16))]


def stopped(found: Exploration) -> str:
    with pytest.raises(Stop) as caught:
        demand_enough(SCENARIO, found, BANK_SOURCE)
    assert (caught.value.verdict, caught.value.reason) == (Verdict.UNCHECKED, Reason.LIMIT)
    return caught.value.message


def test_a_proof_and_a_spent_budget_are_enough():
    demand_enough(SCENARIO, Exploration(why=Why.EXHAUSTED, schedules=1), "")
    demand_enough(SCENARIO, Exploration(why=Why.SCHEDULES, schedules=10), "")
    demand_enough(SCENARIO, Exploration(why=Why.BOUND, schedules=1), "")


def test_too_few_schedules_are_not():
    assert "9 complete schedules of 'there and back'" in stopped(Exploration(why=Why.SCHEDULES, schedules=9))
    assert "0 complete schedules" in stopped(Exploration(why=Why.BOUND, cycles=1))
    assert "60 s" in stopped(Exploration(why=Why.SECONDS, schedules=900, seconds=60.0))


def test_schedules_that_did_not_end_are_shown_with_the_lines_that_repeat():
    cut = trace(ROUND * 20, [MAIN, ONE], BANK, kind=EndKind.STEP_LIMIT)
    message = stopped(Exploration(schedules=200, cut=5, cut_trace=cut))
    assert message.startswith("5 of 205 schedules of 'there and back' did not end within 2,000 steps.\n")
    assert "In one of them the program goes round and round: one lines 14-16.\n" in message
    assert "Whether it would go on for ever, a livelock, cannot be decided" in message
    assert "livelock" in message
    assert "goes round" not in stopped(Exploration(schedules=200, cut=5))


def test_a_function_that_calls_itself_to_try_again_is_told_to_be_a_loop():
    source = "\n" * 12 + "def take():\n    a\n    b\n    if c:\n        take()\n"
    cut = trace(ROUND * 20, [MAIN, ONE], BANK, kind=EndKind.STEP_LIMIT)
    with pytest.raises(Stop) as stop:
        demand_enough(SCENARIO, Exploration(cut=5, cut_trace=cut), source)
    assert "a function that calls itself to try again is not followed" in stop.value.message
    with pytest.raises(Stop) as stop:
        demand_enough(SCENARIO, Exploration(cut=5, cut_trace=cut), source.replace("        take()", "        other()"))
    assert "calls itself" not in stop.value.message


def test_a_loop_over_a_range_that_tries_in_vain_is_told_to_wait():
    source = "\n" * 12 + "for _ in range(1000):\n    a\n    b\n    c\n"
    tries = [step("main.1", acquire(LOCK, 14), False)] * 40
    found = Exploration(cut=5, cut_trace=trace(tries, [MAIN, ONE], BANK, kind=EndKind.STEP_LIMIT))
    with pytest.raises(Stop) as stop:
        demand_enough(SCENARIO, found, source)
    assert "In place of trying again and again, wait for it" in (stop.value.message or "")


def test_a_loop_over_a_range_is_too_long_and_no_livelock():
    source = "\n" * 12 + "for _ in range(1000):\n    a\n    b\n    c\n"
    found = Exploration(schedules=200, cut=5, cut_trace=trace(ROUND * 20, [MAIN, ONE], BANK, kind=EndKind.STEP_LIMIT))
    with pytest.raises(Stop) as stop:
        demand_enough(SCENARIO, found, source)
    assert "within 2,000 steps: one lines 14-16.\nThat is too much" in (stop.value.message or "")
    with pytest.raises(Stop) as stop:
        demand_enough(SCENARIO, found, f"{source}while True:\n    pass\n")
    assert "too much" in (stop.value.message or "")
    with pytest.raises(Stop) as stop:
        demand_enough(SCENARIO, found, source.replace("for _ in range(1000)", "while True"))
    assert "livelock" in (stop.value.message or "")


@pytest.mark.parametrize(
    ("kind", "does"), [("stdout.write", "the loop prints, and"), ("clock", "the loop looks at the clock, and")]
)
def test_the_cause_that_is_seen_is_the_one_that_is_named(kind, does):
    seen = [*ROUND, step("main.1", op(kind, line=15))] * 20
    message = stopped(Exploration(cut=5, cut_trace=trace(seen, [MAIN, ONE], BANK, kind=EndKind.STEP_LIMIT)))
    assert does in message
    assert "where it counts" not in message
    assert "where it counts" in stopped(Exploration(cut=5, cut_trace=trace(ROUND * 20, [MAIN, ONE], BANK)))
    assert "prints" not in stopped(Exploration(cut=5, cut_trace=trace(ROUND * 20, [MAIN, ONE], BANK)))


def test_what_cannot_be_followed_is_unchecked_and_what_cannot_be_run_an_error(tmp_path):
    file = tmp_path / "x.py"
    stop = refused(Refusal(f"{file.resolve()}: no", uncontrolled=False), file)
    assert (stop.verdict, stop.reason, stop.message) == (Verdict.ERROR, None, f"{file}: no")
    stop = refused(Refusal("it may be right", uncontrolled=True), file)
    assert (stop.verdict, stop.reason) == (Verdict.UNCHECKED, Reason.LIMIT)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(UsageError, match="there is no file"):
        read_source(Path("nowhere.py"))
    with pytest.raises(UsageError, match="cannot be read"):
        read_source(tmp_path)
    (tmp_path / "x.py").write_bytes(b"caf\xe9")
    with pytest.raises(Stop, match="is not UTF-8 text: byte 3 is 0xe9"):
        read_source(tmp_path / "x.py")


def test_what_can_be_followed_is_the_same_in_the_readme():
    assert FOLLOWED in " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
