"""Two judges explore one program: the same traces as one, the same findings, and none left whatever happens."""

from __future__ import annotations

import math
import os
import shutil
import signal

import pytest

from checker import script
from checker.check import Options
from checker.jobs.first import SecondJudge
from checker.programs import Program
from checker.result import Kind, Verdict
from checker.scenario import Examiner
from tests.checked import LAB, ROOT, Course, judged, needs_proc
from tests.test_interrupts import await_command

pytestmark = [
    needs_proc,
    pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="two judges need two cores"),
]

INCREMENTS = """
import sys
from multiprocessing import Process, Value

def increment(value):
    with value.get_lock():
        value.value += 1

if __name__ == "__main__":
    value = Value("i", 0)
    processes = [Process(target=increment, args=(value,)) for _ in range(int(sys.argv[1]))]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert value.value == int(sys.argv[1])
"""
ORDERED = """
from multiprocessing import Process, Value

def note(value, number):
    with value.get_lock():
        value.value = 10 * value.value + number

if __name__ == "__main__":
    value = Value("i", 0)
    processes = [Process(target=note, args=(value, number)) for number in (1, 2, 3, 4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert value.value != 4321
"""
RELEASES_WRONGLY = INCREMENTS.replace("Process, Value", "Lock, Process, Value").replace(
    "    value = Value",
    """\
    try:
        Lock().release()
    except ValueError:
        pass
    value = Value""",
)
SOLUTIONS = sorted((ROOT / "solutions").glob("lab*.py"))


@pytest.fixture
def increments(tmp_path):
    file = tmp_path / "increments.py"
    file.write_text(INCREMENTS)
    return file


def is_alone(result):
    return any("alone" in note for note in result.notes)


def test_the_proof_is_of_as_many_as_there_are(increments):
    result = script.explore(script.Script(increments, ("4",)), Options(jobs=2))
    assert (result.verdict, result.proved, result.scenarios[0].schedules) == (Verdict.PASS, True, math.factorial(4))
    assert not is_alone(result)
    assert "the proof was repeated in fresh processes" in result.notes


@pytest.mark.timeout(600)
@pytest.mark.parametrize("file", SOLUTIONS, ids=lambda file: file.stem)
def test_a_solution_has_as_many_as_with_one(file):
    one, two = (judged(file, file.stem, jobs=jobs) for jobs in (1, 2))
    assert (two.verdict, two.proved) == (one.verdict, one.proved) == (Verdict.PASS, True)
    assert [each.schedules for each in two.scenarios] == [each.schedules for each in one.scenarios]
    assert not is_alone(two)


def test_what_one_order_of_all_breaks_is_found_by_whoever_comes_there(tmp_path):
    file = tmp_path / "one_order.py"
    file.write_text(ORDERED)
    result = script.explore(script.Script(file, ("4",)), Options(jobs=2))
    assert result.verdict is Verdict.FAIL
    assert result.finding is not None
    assert (result.finding.kind, result.finding.replayed) == (Kind.EXCEPTION, 3)


def test_a_budget_that_is_spent_is_no_proof(increments):
    result = script.explore(script.Script(increments, ("5",)), Options(jobs=2, schedules=40))
    assert not result.proved
    assert result.scenarios[0].strategy == "DPOR, then portfolio"
    assert result.scenarios[0].schedules >= 40


def test_where_one_begins_again_both_do(tmp_path):
    file = tmp_path / "releases_wrongly.py"
    file.write_text(RELEASES_WRONGLY)  # nobody waits for the answer of a release, and this one fails
    result = script.explore(script.Script(file, ("4",)), Options(jobs=2))
    assert (result.proved, result.scenarios[0].schedules) == (True, math.factorial(4))
    assert not is_alone(result)


@pytest.mark.parametrize("when", [1, 5])
def test_a_second_judge_that_is_killed_changes_nothing_and_leaves_nothing(increments, when, tmp_path, monkeypatch):
    program = Program(str(increments), None, ("4",), 0, 5.0, None)
    told = []
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with program.engine() as engine:
        second = SecondJudge(engine, program, INCREMENTS)

        def progress(text):
            told.append(text)
            if len(told) == when:
                while when > 1 and second._process.poll() is None and not any(temporary.glob("checker-*/checker-*")):
                    pass  # until it has its folder
                os.kill(second._process.pid, signal.SIGKILL)
                second._process.wait()

        try:
            examined = Examiner(engine, INCREMENTS, None, 100.0, 0, progress, second=second).examine(
                program.scenarios()[0]
            )
        finally:
            second.close()
    assert (examined.found.proved, examined.found.schedules) == (True, math.factorial(4))
    assert examined.notes[-1].startswith("one explored alone")
    assert list(temporary.iterdir()) == []


def test_a_second_judge_that_ends_at_once_is_not_waited_for(increments, monkeypatch):
    program = Program(str(increments), None, ("2",), 0, 5.0, None)
    with program.engine() as engine:
        monkeypatch.setattr("sys.executable", shutil.which("true"))
        second = SecondJudge(engine, program, "#" * 3_000_000)  # more than a socket takes before anybody reads
        second.close()
    assert second.lost == "it ended"


def test_with_one_core_one_explores_alone_and_says_so(increments):
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        result = script.explore(script.Script(increments, ("3",)), Options(jobs=2))
    finally:
        os.sched_setaffinity(0, cores)
    assert result.proved
    assert is_alone(result)


@pytest.fixture
def course(tmp_path):
    course = Course(tmp_path)
    course.write((ROOT / "solutions" / f"{LAB}.py").read_bytes())
    return course


def test_preemptions_are_not_divided(course):
    done = course.run("lab2", "--jobs", "2", "--preemptions", "1")
    assert done.code == 2
    assert "--jobs 2 does not go with --preemptions" in done.text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_that_is_to_be_ignored_ends_neither(course, number):
    (course.folder / "many.py").write_text(INCREMENTS)
    before = signal.signal(number, signal.SIG_IGN)  # as nohup does, or a shell for what it runs in the background
    try:
        process = course.start("--json", "explore", "--jobs", "2", "many.py", "6")  # long enough to be met
    finally:
        signal.signal(number, before)
    while process.poll() is None and len(list(course.temporary.glob("checker-*/checker-*"))) < 1:
        pass  # until the second has its folder, too
    os.killpg(process.pid, number)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "alone" not in out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_ended_in_the_middle_it_leaves_no_process(course, number):
    (course.folder / "many.py").write_text(INCREMENTS)
    process = course.start("explore", "--jobs", "2", "many.py", "6")
    await_command(process)
    while process.poll() is None and len(list(course.temporary.glob("checker-*/checker-*"))) < 1:
        pass  # until the second has its folder, too
    if number == signal.SIGINT:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, out) == (130 if number == signal.SIGINT else -number, "")
    assert course.processes_left() == []
    assert number == signal.SIGKILL or list(course.temporary.iterdir()) == []
