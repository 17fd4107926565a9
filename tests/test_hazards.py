"""Warnings of programs that run for real: what hurts nothing is said and changes no verdict, unless it is forbidden."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker import catalog
from checker.check import Options, check, replay
from checker.hazards import hazards_of
from checker.report.paper import Paper
from checker.report.text import text_report
from checker.result import HazardKind, Kind, Verdict
from checker.schedules import decode
from checker.script import Script, explore
from checker.spec import RealRuns, Scenario, Spec
from tests.checked import ROOT, judged, needs_proc

pytestmark = needs_proc

SUBMISSIONS = ROOT / "tests" / "submissions"
PROGRAM = """
from multiprocessing import Lock, Process, Value

def child(number, seats, money, alice, bob):
{child}

def main(children):
    seats = Value("i", 4, lock=False)
    money = Value("i", 4)
    alice = Lock()
    bob = Lock()
    args = seats, money, alice, bob
    clerks = [Process(target=child, args=(n, *args), name=f"clerk-{{n}}") for n in range(1, children + 1)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
"""
FIRST_LINE = 5
"""The line of the program in which the child's body begins."""

RACE = """
    seats.value = 3
"""
UPDATE = """
    money.value += 1
"""
OPPOSITE = """
    one, other = (alice, bob) if number == 1 else (bob, alice)
    with one:
        with other:
            pass
"""
WITH_LOCK = """
    with alice:
        seats.value += 1
        money.value += 1
"""


@pytest.fixture
def checked(tmp_path):
    def checked(child, *forbidden, schedules=3000, minimum=1):
        file = tmp_path / "lab02_counter.py"
        file.write_text(PROGRAM.format(child=child.strip("\n")), encoding="utf-8")
        scenario = Scenario("two clerks", (2,), (), forbidden=forbidden, schedules=schedules, minimum=minimum)
        spec = Spec(
            lab="lab02_counter",
            title="Two clerks",
            scenarios=(scenario,),
            parallel=None,
            real=RealRuns((2,), ()),
            published=(),
            hints=("", "", ""),
            lesson="",
            link="",
        )
        return check(file, spec, Options(real_runs=0)), file, spec

    return checked


def kinds(result):
    return [warning.kind for warning in result.warnings]


def test_a_data_race_that_hurts_nothing_is_a_warning_with_its_lines_and_tasks(checked):
    result, _, spec = checked(RACE)
    assert (result.verdict, result.proved) == (Verdict.PASS, True)
    (warning,) = result.warnings
    assert (warning.kind, warning.lines, set(warning.tasks)) == (
        HazardKind.DATA_RACE,
        (FIRST_LINE,),
        {"clerk-1", "clerk-2"},
    )
    assert "clerk-1 writes seats (line 5) and clerk-2 writes it (line 5), with nothing that orders" in warning.sentence
    assert "  warning  data race: clerk-1 writes seats (line 5)" in text_report(result, spec, Paper())


def test_an_update_of_two_steps_is_a_warning(checked):
    result, _, _ = checked(UPDATE)
    assert kinds(result) == [HazardKind.ATOMICITY]
    assert "with money.get_lock(): round both would help" in result.warnings[0].sentence


def test_what_is_under_one_lock_is_no_hazard(checked):
    result, _, _ = checked(WITH_LOCK, "data_race", "atomicity")
    assert (result.verdict, result.warnings) == (Verdict.PASS, ())


def test_locks_in_opposite_orders_are_seen_in_a_schedule_that_passes(checked):
    result, _, _ = checked(OPPOSITE, schedules=1)
    assert (result.verdict, result.proved, kinds(result)) == (Verdict.PASS, False, [HazardKind.LOCK_ORDER])
    assert checked(OPPOSITE)[0].finding.kind is Kind.DEADLOCK


@pytest.mark.parametrize(("child", "hazard"), [(RACE, "data_race"), (UPDATE, "atomicity")])
def test_what_a_scenario_forbids_is_a_finding_that_can_be_replayed(checked, child, hazard):
    result, file, spec = checked(child, hazard)
    assert result.verdict is Verdict.FAIL
    finding = result.finding
    assert (finding.kind, finding.line, finding.replayed, result.warnings) == (Kind.DATA_RACE, FIRST_LINE, 3, ())
    assert finding.schedule
    assert decode(finding.schedule)
    again = replay(file, spec, finding.schedule, Options())
    assert again.finding is not None
    assert again.finding.sentence == finding.sentence


@pytest.mark.parametrize("name", ["lab02_counter/right_lock_argument", "lab03_transfer/right_gate"])
def test_right_submissions_get_no_warning(name):
    assert judged(SUBMISSIONS / f"{name}.py", name.partition("/")[0]).warnings == ()


def test_a_word_that_is_no_hazard_is_not_taken_for_one_that_never_comes(checked):
    with pytest.raises(ValueError, match="typo"):
        checked(RACE, "typo")


def test_nothing_to_look_at_is_nothing_found():
    assert hazards_of((), "", frozenset(HazardKind)) == ()


def test_the_spec_of_a_lab_may_forbid():
    spec = catalog.load_spec("lab02_counter")
    scenarios = tuple(replace(scenario, forbidden=("data_race",)) for scenario in spec.scenarios)
    result = check(ROOT / "solutions" / "lab02_counter.py", replace(spec, scenarios=scenarios), Options(real_runs=0))
    assert result.verdict is Verdict.PASS


CALLED = """
from multiprocessing import Lock, Process

def work(lock, n):
    with lock:
        print(n)

if __name__ == "__main__":
    lock = Lock()
    child = Process(target=work(lock, 1))
    child.start()
    child.join()
"""


def test_explore_warns_of_a_target_that_is_called(tmp_path):
    file = tmp_path / "called.py"
    file.write_text(CALLED)
    result = explore(Script(file, ()), Options())
    assert result.proved
    assert [(warning.kind, warning.lines) for warning in result.warnings] == [(HazardKind.CALLED_TARGET, (10,))]


def test_a_lab_that_misses_its_processes_says_which_target_was_called(tmp_path):
    given = 'target=serve, name=f"till-{till}", args=(till, items, scan_s, feed_s)'
    source = (ROOT / "labs" / "lab01_printing.py").read_text()
    assert given in source
    file = tmp_path / "lab01_printing.py"
    file.write_text(source.replace(given, "target=serve(till, items, scan_s, feed_s)"))
    finding = judged(file, "lab01_printing").finding
    assert finding.kind is Kind.MISSING_PROCESS
    assert "args=(till, items, scan_s, feed_s)` has the process call it" in finding.sentence
