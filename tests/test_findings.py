"""What a report is told of programs that run for real: lines, scenarios, twins, what was serial, and progress."""

from __future__ import annotations

import re

import pytest

from checker import catalog
from checker.check import Options, check, replay
from checker.report.paper import Paper
from checker.report.plain import plain_report
from checker.report.text import text_report
from checker.result import Kind, Reason, Verdict
from checker.script import Script, explore
from tests.checked import LAB, ROOT, judged, needs_proc

pytestmark = needs_proc

SUBMISSIONS = ROOT / "tests" / "submissions"
PROGRAM = """
import time
from multiprocessing import Lock, Process, Queue, Value

{top}

def child(count, walk_s):
    {child}

def main(turnstiles=3, visitors=2, walk_s=0.0):
    count = Value("i", 0)
    processes = [Process(target=child, args=(count, walk_s), name=f"clerk-{{n}}") for n in range(1, turnstiles + 1)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return count.value

{bottom}
"""


@pytest.fixture
def write(tmp_path):
    def write(child, *, top="", bottom=""):
        file = tmp_path / "lab02_counter.py"
        file.write_text(PROGRAM.format(top=top, child=child, bottom=bottom), encoding="utf-8")
        return file

    return write


def submission(name):
    result = judged(SUBMISSIONS / name, name.partition("/")[0])
    assert result.finding is not None
    return result, result.finding


def line_of(path, text):
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, start=1) if text in line)


def test_a_lost_update_is_to_be_looked_for_where_a_child_wrote_last():
    file = ROOT / "labs" / f"{LAB}.py"
    finding = judged(file).finding
    assert finding is not None
    assert finding.line == line_of(file, "count.value +=")


def test_locks_that_each_process_makes_are_told_to_be_several():
    _, finding = submission("lab01_printing/wrong_global_lock.py")
    assert "are three locks: each process that is spawned, not forked, imports the file and makes" in finding.sentence
    _, finding = submission("lab01_printing/wrong_lock_in_each_process.py")
    assert "are three locks: each process makes its own" in finding.sentence


def test_a_join_that_gave_up_is_where_to_look_when_the_locks_are_gone():
    _, finding = submission("lab03_transfer/wrong_join_with_timeout.py")
    file = SUBMISSIONS / "lab03_transfer" / "wrong_join_with_timeout.py"
    assert finding.line == line_of(file, "process.join(timeout=10)")
    assert "had ended when teller-1 began (its join in line" in finding.sentence
    assert "main" in finding.lane_tasks


def test_what_main_did_wrong_is_shown_in_its_lane():
    _, finding = submission("lab02_counter/wrong_overwritten.py")
    assert finding.lane_tasks == ("main",)
    assert "writes nothing into shared memory" in finding.sentence


def test_a_print_of_several_writes_is_explained():
    result, _ = submission("lab01_printing/wrong_one_print.py")
    assert "a print whose text holds line ends is more than one write" in text_report(result, None, Paper())


def test_serial_work_is_told_with_its_sleeps_and_what_was_held():
    result, finding = submission("lab02_counter/wrong_lock_while_walking.py")
    assert finding.kind is Kind.TOO_SERIAL
    assert {s.object for s in finding.steps if s.op == "sleep 1.0 s, holding"} == {"count.get_lock()"}
    assert finding.line == line_of(SUBMISSIONS / "lab02_counter/wrong_lock_while_walking.py", "time.sleep")
    assert not any("proof" in note for note in result.notes), "no proof under a failure"
    assert not finding.schedule, "no single schedule shows it"
    assert [s.clock_s for s in finding.steps if s.op.startswith("sleep")] == [1.0, 2.0, 3.0, 4.0]
    assert finding.actual == "4.0 s, even in the best schedule; one at a time takes 4.0 s"


def test_joining_before_the_next_start_is_told_with_main():
    file = "lab02_counter/wrong_join_after_start.py"
    _, finding = submission(file)
    assert finding.lane_tasks[0] == "main"
    assert finding.line == line_of(SUBMISSIONS / file, ".join()")


def test_main_has_a_lane_where_it_looks_before_the_others_have_ended():
    result, _ = submission("lab02_counter/wrong_read_before_join.py")
    assert re.search(r"main +read 0 from count", text_report(result, catalog.load_spec("lab02_counter"), Paper()))


def test_a_schedule_that_does_not_fail_gives_no_lesson():
    spec = catalog.load_spec("lab03_transfer")
    result = replay(ROOT / "labs/lab03_transfer.py", spec, "two-tellers-there-and-back@main:4", Options())
    assert result.verdict is Verdict.PASS
    for report in (text_report, plain_report):
        said = report(result, spec, Paper())
        assert "this schedule does not fail (any more), others may" in said
        assert spec.link not in said


def test_a_queue_is_told_with_those_who_put_and_send():
    result, _ = submission("lab06_queue/wrong_lock_round_test_and_get.py")
    text = text_report(result, catalog.load_spec("lab06_queue"), Paper())
    assert "[main: put 'job-1' into jobs]" in text
    assert "[main's feeder: send 'job-1' through jobs]" in text
    assert "arrives only when its feeder sends it" in text


def test_a_traceback_is_shown_once(write):
    finding = judged(write("raise ValueError('first\\nsecond')")).finding
    assert finding is not None
    assert finding.sentence.endswith("ended with an exception: ValueError: first")
    assert not any("stderr" in step.op for step in finding.steps)


def test_a_forgotten_main_guard_is_said_in_a_few_words(write):
    finding = judged(write("pass", bottom="main()")).finding
    assert finding is not None
    assert 'RuntimeError: no `if __name__ == "__main__":` guard' in finding.sentence


def test_what_cannot_be_followed_is_no_error(write):
    result = judged(write("pass", top="from multiprocessing import Event\nready = Event()"))
    assert (result.verdict, result.reason, result.finding) == (Verdict.UNCHECKED, Reason.LIMIT, None)
    assert "the checker cannot follow multiprocessing.Event yet (line 6)" in result.message


def test_a_replay_is_no_schedule_of_a_check_and_says_if_it_does_not_fit(write):
    file = write("count.value += 1")
    spec = catalog.load_spec(LAB)
    found = judged(file).finding
    assert found is not None
    again = replay(file, spec, found.schedule, Options())
    assert again.finding is not None
    assert (again.finding.number, again.checks) == (0, ())
    write("pass")
    changed = replay(file, spec, found.schedule, Options())
    assert changed.verdict is Verdict.UNCHECKED
    assert changed.message == "the schedule does not fit this file (any more); check it again"


def test_while_a_process_computes_this_is_said(write):
    told = []
    options = Options(real_runs=0, cpu_limit_s=3.0)
    file = write("while True:\n        pass")
    result = check(file, catalog.load_spec(LAB), options, told.append)
    assert result.finding is not None
    assert result.finding.kind is Kind.ENDLESS_LOOP
    assert any(text.startswith("waiting for clerk-") and "which computes" in text for text in told), told


def test_an_exception_that_left_others_waiting_is_told_with_them(tmp_path):
    file, right = tmp_path / "lab06_queue.py", SUBMISSIONS / "lab06_queue/right_joinable_daemons.py"
    file.write_text(right.read_text(encoding="utf-8").replace("jobs.task_done()", "jobs.done()"), encoding="utf-8")
    result = judged(file, "lab06_queue")
    finding = result.finding
    assert finding is not None
    assert finding.kind in (Kind.HANG, Kind.DEADLOCK)
    assert "ended with an exception: AttributeError" in finding.sentence
    assert finding.line == line_of(file, "jobs.done()")
    for report in (text_report, plain_report):
        said = report(result, catalog.load_spec("lab06_queue"), Paper())
        assert "before that, worker-" in said
        assert "has no attribute 'done'" in said


def test_a_lock_that_each_process_makes_is_told_beside_a_deadlock(tmp_path):
    file, lab = tmp_path / "lab04_printers.py", ROOT / "labs/lab04_printers.py"
    text = lab.read_text(encoding="utf-8").replace("import BoundedSemaphore", "import BoundedSemaphore, Lock")
    file.write_text(text.replace("    printers.acquire()", "    Lock().acquire()\n    printers.acquire()", 1), "utf-8")
    result = judged(file, "lab04_printers")
    assert result.finding is not None
    assert result.finding.kind is Kind.DEADLOCK
    said = " ".join(text_report(result, None, Paper()).split())
    assert "are two locks: each process makes its own; pass one lock as an argument" in said


def test_the_steps_that_a_story_or_a_wait_names_are_known():
    _, finding = submission("lab03_transfer/wrong_timeout_skips.py")
    gave_up = next(step for step in finding.steps if step.op == "give up waiting to acquire")
    keeper = next(s for s in finding.steps if s.named and s.object == gave_up.object)
    assert (keeper.op, keeper.n < gave_up.n) == ("acquire", True)
    finding = judged(ROOT / "labs" / f"{LAB}.py").finding
    assert finding is not None
    assert {step.op for step in finding.steps if step.named} == {"read 3", "write 4", "write 5"}, finding.story


FAILS = """
from multiprocessing import Lock, Process, Value

ready, lock = Value("i", 0), Lock()

def look():
    with lock:
        assert ready.value == 1

def prepare():
    ready.value = 1

if __name__ == "__main__":
    processes = [Process(target=look), Process(target=prepare)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(ready.value)
"""


def test_an_exception_is_marked_where_it_was_raised_and_the_rest_is_left_out(tmp_path):
    file = tmp_path / "early.py"
    file.write_text(FAILS, encoding="utf-8")
    result = explore(Script(file), Options(start_method="fork"))
    finding = result.finding
    assert finding is not None
    at = next(n for n, step in enumerate(finding.steps) if step.failed)
    failed, before, after = finding.steps[at], finding.steps[at - 1], finding.steps[at + 1 :]
    assert (failed.task, failed.op, failed.line) == ("Process-1", "AssertionError", line_of(file, "assert"))
    assert (before.op, before.line) == ("read 0", failed.line)
    assert any(step.op == "write 1" for step in after), "all steps are in --json"
    text = text_report(result, None, Paper())
    assert re.search(rf" ✗ AssertionError +line {failed.line}\n\n +\(\d steps after that failure are not shown\)", text)
    assert "write 1" not in text
    said = plain_report(result, None, Paper())
    assert f"Process-1 fails with AssertionError at line {failed.line}.\n" in said
    assert "write 1" not in said


ITEMS = """
import multiprocessing

def work(numbers, other, n):
    numbers.put((n, "x" * 40))
    other.put([n])
    numbers.put([n])

def main():
    numbers, other = multiprocessing.Queue(), multiprocessing.SimpleQueue()
    for n in (1, 2):
        multiprocessing.Process(target=work, args=(numbers, other, n), name=f"worker-{n}").start()
    other.get()
    firsts = [numbers.get()[0] for _ in range(4)]
    other.get()
    assert firsts[0] == 1

if __name__ == "__main__":
    main()
"""


def test_what_is_put_sent_and_got_is_shown_where_it_is_a_constant(tmp_path):
    file = tmp_path / "items.py"
    file.write_text(ITEMS, encoding="utf-8")
    finding = explore(Script(file), Options()).finding
    assert finding is not None
    of = {n: f"({n}, 'xxxxxxxxxxxxx…)" for n in (1, 2)}
    said = [step.op for step in finding.steps if step.object == "numbers" and len(step.op) > 4]
    for n in (1, 2):
        assert f"put {of[n]}" in said
        assert f"send {of[n]}" in said
    got = [step.op for step in finding.steps if step.task == "main" and step.op.startswith("get")]
    assert got[1] == f"get {of[2]}", "not the one that was put first"
    assert "get" in got, "a list may have changed after it was put: only its feeder knew"


def test_a_process_with_other_arguments_is_told_with_the_line_that_starts_it(tmp_path):
    file = tmp_path / "early.py"
    file.write_text(FAILS.replace("def look()", "def look(first)"), encoding="utf-8")
    finding = explore(Script(file), Options(start_method="fork")).finding
    assert finding is not None
    assert finding.line == line_of(file, "Process(target=look)")
    assert "gives it other arguments than `def look(first)` (line 6) takes" in finding.sentence
    assert next(step.op for step in finding.steps if step.task == "Process-1") == "TypeError", "and no traceback"


def test_too_many_jobs_for_the_printers_are_told_in_whole_words():
    _, finding = submission("lab04_printers/wrong_bigger_semaphore.py")
    assert finding.expected == "at most 1 job at the same time: there are 2 printers, and each job needs two"
