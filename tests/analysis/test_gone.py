"""What a process did not find when it began, since its maker no longer held it."""

from __future__ import annotations

from checker.analysis.gone import gone, gone_told
from checker.analysis.names import names_of
from tests.analysis.traces import BANK, BANK_SOURCE, MAIN, ONE, TWO, op, step, trace

ALICE, BOB = "main/lock.1", "main/lock.2"
FAILED = ["FileNotFoundError", "[Errno 2] No such file or directory"]
START = step("main", op("process.start", "main.1", "one", False, line=30))
TOO_LATE = step("main.1", op("lock.open", None, f"{BOB} {ALICE}"), FAILED)


def found(*steps):
    it = trace(steps, (MAIN, ONE, TWO), BANK)
    late = gone(it, "main.1")
    assert late is not None
    return late, gone_told(late, it, names_of(BANK_SOURCE, it))


def test_a_maker_who_dropped_it_is_told_to_keep_it():
    late, told = found(START, step("main", op("lock.unlink", None, ALICE, line=32)), TOO_LATE)
    assert (late.identity, late.maker, late.has_ended, late.line) == (ALICE, "main", False, 30)
    assert "alice is gone: main, which made it in line 2, no longer held it when one began" in told
    assert "keep it in a variable" in told


def test_a_maker_who_has_ended_is_told_to_wait():
    late, told = found(START, step("main", op("lock.unlink", None, f"{BOB} {ALICE}")), TOO_LATE)
    assert (late.has_ended, late.line) == (True, 30)
    assert "had ended when one began. Under spawn it has to live" in told
    assert told.endswith("join() them")


def test_a_wait_that_gave_up_is_where_to_look():
    gave_up = step("main", op("process.join", "main.1", 10.0, line=33), False)
    late, told = found(START, gave_up, step("main", op("lock.unlink", None, f"{BOB} {ALICE}")), TOO_LATE)
    assert late.line == 33
    assert "(its join in line 33 gave up waiting)" in told
    assert told.endswith("join() them without a timeout")
    other = step("main", op("process.join", "main.2", 10.0, line=33), False)
    assert found(other, START, step("main", op("lock.unlink", None, ALICE)), TOO_LATE)[0].gave_up is None


def test_who_found_everything_missed_nothing():
    it = trace([START, step("main.1", op("lock.open", None, ALICE))], (MAIN, ONE), BANK)
    assert gone(it, "main.1") is None
    assert gone(trace([START, TOO_LATE._replace(task="main.2")], (MAIN, ONE, TWO), BANK), "main.1") is None
