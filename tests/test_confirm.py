"""Fresh processes have the last word: no false alarm, no proof by warm processes alone; who does not repeat is told."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from checker import explore
from checker.check import Options, check
from checker.confirm import REPLAYS, confirm_failure, proof_repeats, run_fresh
from checker.engine.engine import Engine
from checker.errors import NotRepeatable, StartAgain
from checker.explore import Exploration
from checker.judge import judge
from checker.result import Kind, Verdict
from checker.spec import Expectation, Mismatch, RealRuns, Scenario, Spec
from tests.checked import needs_proc

pytestmark = needs_proc

NOTHING = Scenario("nothing", (), ())
TWO = """
from multiprocessing import Lock, Process
{top}

def add(lock):
    {in_child}
    with lock:
        pass

def main():
    {in_main}
    lock = Lock()
    processes = [Process(target=add, args=(lock,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return 6
"""
"""Two schedules, of which both return 6."""


def is_six(seen):
    return None if seen.returned == 6 else Mismatch("6", f"{seen.returned}")


SPEC = Spec(
    lab="lab00_two",
    title="Two",
    scenarios=(Scenario("two", (), (Expectation("six", "six is returned", is_six),), minimum=1),),
    parallel=None,
    real=RealRuns((), (), fork=0, spawn=0),
    published=(),
    hints=("", "", ""),
    lesson="",
    link="",
)


@pytest.fixture
def write(tmp_path):
    def write(text):
        file = tmp_path / "program.py"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def two(top: str = "", in_main: str = "pass", in_child: str = "pass") -> str:
    return TWO.format(top=top, in_main=in_main, in_child=in_child)


def checked(file):
    return check(file, SPEC, Options())


def text_of(result):
    return " ".join([result.message, *result.notes, result.finding.sentence if result.finding else ""])


# The functions


def test_a_failure_is_seen_again_in_fresh_processes(write):
    file = write("def main():\n    raise ValueError('no')\n")
    with Engine(file) as engine:
        trace = run_fresh(engine, NOTHING, ())
        failure = judge(NOTHING, trace, "")
        assert failure is not None
        confirmed = confirm_failure(engine, NOTHING, "", trace, failure)
    assert (confirmed.replayed, confirmed.replays) == (REPLAYS, REPLAYS)
    assert confirmed.trace.choices == trace.choices


def test_an_endless_loop_is_seen_again_once(write):
    with Engine(write("def main():\n    while True: pass\n"), cpu_limit_s=0.5) as engine:
        trace = run_fresh(engine, NOTHING, ())
        failure = judge(NOTHING, trace, "")
        assert failure is not None
        assert confirm_failure(engine, NOTHING, "", trace, failure).replays == 1


def test_a_proof_is_repeated_and_every_difference_noticed(write, tmp_path):
    with Engine(write("import sys\ndef main():\n    print('x')\n    return len(sys.argv)\n")) as engine:
        trace = run_fresh(engine, NOTHING, ())
    found: Exploration[object] = Exploration(schedules=1, sample=[(1, trace)])
    for text, same in [
        ("import sys\ndef main():\n    print('x')\n    return len(sys.argv)\n", True),
        ("import sys\ndef main():\n    print('y')\n    return len(sys.argv)\n", False),
        ("import sys\ndef main():\n    print('x')\n    return len(sys.argv) + 1\n", False),
        ("import sys\ndef main():\n    print('x'); print('z')\n    return len(sys.argv)\n", False),
        ("import sys\ndef main():\n    pass\n", False),
    ]:
        with Engine(write(text)) as engine:
            assert proof_repeats(engine, NOTHING, found, lambda count: None) == (same, 1)


def test_a_program_that_is_another_one_each_time_is_never_proved(write):
    result = checked(write("import datetime\ndef main():\n    print(datetime.datetime.now())\n    return 6\n"))
    assert (result.verdict, result.proved) == (Verdict.PASS, False)
    assert "fresh processes do something else each time" in text_of(result)


def test_two_engines_repeat_a_proof_and_neither_takes_what_the_other_has(write):
    with Engine(write("def main():\n    print('x')\n")) as engine:
        trace = run_fresh(engine, NOTHING, ())
        found: Exploration[object] = Exploration(schedules=60, sample=[(n, trace) for n in range(60)])
        for _ in range(5):
            assert proof_repeats(engine, NOTHING, found, lambda count: time.sleep(0.002)) == (True, 60)
        other = replace(trace, returned=7)
        found.sample[30] = (30, other)
        assert proof_repeats(engine, NOTHING, found, lambda count: None) == (False, 60)
    assert threading.active_count() == 1


def test_a_replay_that_needs_other_steps_is_one_that_differs(write, monkeypatch):
    def start_again(*args, **options):
        raise StartAgain

    with Engine(write("def main():\n    return 1\n")) as engine:
        trace = run_fresh(engine, NOTHING, ())
        found: Exploration[object] = Exploration(schedules=1, sample=[(1, trace)])
        monkeypatch.setattr(engine, "run_once", start_again)
        assert proof_repeats(engine, NOTHING, found, lambda count: None) == (False, 1)


def test_a_schedule_that_does_not_fit_is_said_so(write):
    with Engine(write("def main():\n    pass\n")) as engine, pytest.raises(NotRepeatable):
        run_fresh(engine, NOTHING, ("main", "main.1"))


# The whole check


@pytest.fixture
def small_sample(monkeypatch):
    monkeypatch.setattr(explore, "SAMPLED", 20)


@pytest.mark.usefixtures("small_sample")
def test_a_program_that_asks_the_system_for_chance_is_told_and_never_proved(write):
    result = checked(write(two("import os", in_child="print(os.urandom(3).hex(), flush=True)")))
    assert not result.proved
    assert result.verdict in (Verdict.PASS, Verdict.UNCHECKED)
    assert "does not repeat itself" in text_of(result)
    assert "nothing is proved" in text_of(result)


@pytest.mark.usefixtures("small_sample")
def test_a_program_that_counts_its_runs_is_told_and_never_proved(write, tmp_path):
    runs = str(tmp_path / "runs")
    top = f"def count():\n    with open({runs!r}, 'a') as file:\n        file.write('x')\n        return file.tell()"
    result = checked(write(two(top, "print(count(), flush=True)")))
    assert not result.proved
    assert "does not repeat itself" in text_of(result)


def test_a_program_that_fails_by_chance_is_a_finding_that_says_so(write):
    text = two("import os", in_main="if os.urandom(1)[0] < 128: return -1")
    for _ in range(20):
        result = checked(write(text))  # by luck it may pass: nobody can tell
        if result.finding is not None and result.finding.kind is Kind.NOT_REPEATABLE:
            assert "depends on something besides its schedule" in result.finding.sentence
            assert result.finding.replayed < result.finding.replays
            break
    else:
        pytest.fail("in 20 checks no failure was seen that a replay did not show")


LEFT_BEHIND = [
    ("import json", "json.runs = getattr(json, 'runs', 0) + 1", "json.runs > 1"),
    ("import string", "string.digits += 'x'", "len(string.digits) > 11"),
    ("import json", "json.dumps, json.seen = json.loads, hasattr(json, 'seen')", "json.seen"),
    ("import collections", "collections.Counter.runs = getattr(collections.Counter, 'runs', 0) + 1",
     "collections.Counter.runs > 1"),
]  # fmt: skip


@pytest.mark.parametrize(("module", "leave", "left"), LEFT_BEHIND)
def test_what_a_warm_process_keeps_is_neither_a_false_alarm_nor_a_false_proof(write, module, leave, left):
    # Right in each fresh process, wrong in the second task of a warm one: real runs are all fresh, so it is right.
    result = checked(write(two(module, f"{leave}\n    if {left}: return -1")))
    assert (result.verdict, result.finding) == (Verdict.PASS, None)
    assert result.proved
    assert "everything was done in fresh ones" in text_of(result)


@pytest.mark.parametrize(("module", "leave", "left"), LEFT_BEHIND)
def test_what_is_right_only_in_a_warm_process_is_not_proved(write, module, leave, left):
    # Wrong in each fresh process, right in the second task of a warm one.
    result = checked(write(two(module, f"{leave}\n    if not ({left}): return -1")))
    assert result.verdict is Verdict.FAIL
    assert result.finding is not None
    assert result.finding.kind is Kind.WRONG_RESULT


def test_a_builtin_that_a_program_replaces_is_there_again_for_the_next_one(write):
    text = two("import builtins", "if oct(8) != '0o10': return -1\n    builtins.oct = lambda x: 7")
    result = checked(write(text))
    assert result.verdict is Verdict.PASS
    assert result.proved
