"""Programs that poll and try again, checked from end to end: proved, a livelock, another finding, or not decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.check import Options, check, replay
from checker.result import Kind, Reason, Result, Verdict
from checker.spec import Progress, RealRuns, Scenario, Spec

HEAD = """
import time
from multiprocessing import Lock, Process, Queue, Value
from queue import Empty
"""
GIVE_BACK = """
def work(mine, other):
    while True:
        with mine:
            if other.acquire(block=False):
                other.release()
                return

def main():
    a, b = Lock(), Lock()
    processes = [Process(target=work, args=pair) for pair in ((a, b), (b, a))]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
"""


def spec(progress: Progress = Progress.GUARANTEED) -> Spec:
    return Spec(
        lab="lab00",
        title="",
        scenarios=(Scenario("all", (), (), progress=progress, steps=300, minimum=20, schedules=300),),
        parallel=None,
        real=RealRuns((), (), fork=0, spawn=0),
        published=(),
        hints=("", "", ""),
        lesson="",
        link="",
    )


@pytest.fixture
def checked(tmp_path: Path):
    def run(text: str, progress: Progress = Progress.GUARANTEED) -> Result:
        file = tmp_path / "program.py"
        file.write_text(HEAD + text)
        return check(file, spec(progress), Options(real_runs=0))

    return run


POLLING = {
    "a flag": """
def work(flag):
    time.sleep(1)
    flag.value = 1

def main():
    flag = Value("i", 0)
    child = Process(target=work, args=(flag,))
    child.start()
    while not flag.value:
        time.sleep(0.1)
    child.join()
""",
    "a queue": """
def work(queue):
    queue.put(1)

def main():
    queue = Queue()
    child = Process(target=work, args=(queue,))
    child.start()
    got = None
    while got is None:
        try:
            got = queue.get(timeout=0.1)
        except Empty:
            pass
    child.join()
""",
    "a lock": """
def work(lock):
    with lock:
        time.sleep(1)

def main():
    lock = Lock()
    children = [Process(target=work, args=(lock,)) for _ in range(1)]
    for child in children:
        child.start()
    while not lock.acquire(timeout=0.1):
        time.sleep(0.1)
    lock.release()
    while any(child.is_alive() for child in children):
        time.sleep(0.1)
        children[0].join(0.1)
""",
    "beside a daemon that never ends": """
def tick():
    while True:
        time.sleep(1)

def main():
    Process(target=tick, daemon=True).start()
""",
    "one that lets the other in": """
def patient(a, b):
    with b, a:
        pass

def main():
    a, b = Lock(), Lock()
    child = Process(target=patient, args=(a, b))
    child.start()
    a.acquire()
    while not b.acquire(block=False):
        a.release()
        time.sleep(0.1)
        a.acquire()
    b.release()
    a.release()
    child.join()
""",
}


@pytest.mark.parametrize("text", POLLING.values(), ids=POLLING)
def test_polling_that_always_ends_is_proved_and_the_proof_repeats(checked, text: str) -> None:
    result = checked(text)
    assert (result.verdict, result.message, result.finding) == (Verdict.PASS, "", None)
    assert result.proved
    assert any("repeated" in note for note in result.notes)


def test_giving_back_and_trying_again_is_a_livelock_where_the_end_must_be_guaranteed(checked, tmp_path) -> None:
    finding = checked(GIVE_BACK).finding
    assert finding is not None
    assert (finding.kind, finding.replayed, finding.replays) == (Kind.LIVELOCK, 3, 3)
    first, last, usually = finding.sentence.split("\n")
    assert first.startswith("the same round again and again, for ever (Process-1 lines ")
    assert last == "One round is 6 steps, which bring everything back to where it was before them."
    assert usually == "It usually works, but nothing guarantees it."
    assert [f"{step.task} {step.op}" for step in finding.steps if step.task != "main"] == [
        *("Process-1 acquire", "Process-2 acquire", "Process-1 fail to acquire", "Process-2 fail to acquire"),
        *("Process-1 release", "Process-2 release"),
    ]
    again = replay(tmp_path / "program.py", spec(), finding.schedule, Options())
    assert again.finding is not None
    assert again.finding.kind is Kind.LIVELOCK


def test_it_is_a_remark_where_the_end_need_only_be_possible(checked) -> None:
    result = checked(GIVE_BACK, Progress.POSSIBLE)
    assert (result.verdict, result.proved, result.finding) == (Verdict.PASS, False, None)
    assert any("possible, not guaranteed" in note for note in result.notes)


def test_a_flag_that_nobody_sets_is_a_livelock_with_its_lines(checked) -> None:
    finding = checked(POLLING["a flag"].replace("flag.value = 1", "flag.value = 0")).finding
    assert finding is not None
    assert finding.kind is Kind.LIVELOCK
    assert finding.sentence == (
        "the same round again and again, for ever (main lines 14-15): nothing that it looks at can change any more"
    )
    assert [step.op for step in finding.steps if step.task == "main"][-1] == "read 0"
    assert [step.op for step in finding.steps].index("write 0") == len(finding.steps) - 3  # and looked at after that


def test_of_looking_again_and_again_only_one_round_is_shown(checked) -> None:
    finding = checked("""
def work(queue):
    while queue.empty():
        time.sleep(1)

def main():
    queue = Queue()
    child = Process(target=work, args=(queue,))
    child.start()
    child.join()
""").finding
    assert finding is not None
    assert [step.op for step in finding.steps if step.task != "main"] == ["empty() is True"]


def test_a_flag_that_is_set_in_some_schedules_only(checked) -> None:
    finding = checked(POLLING["a flag"].replace("flag.value = 1", "flag.value = 1 - flag.value")).finding
    assert finding is None
    text = POLLING["a flag"].replace("flag.value = 1", "flag.value = 1\n    flag.value = 0")
    finding = checked(text).finding
    assert finding is not None
    assert finding.kind is Kind.LIVELOCK


def test_those_who_go_round_beside_a_deadlock_or_a_hang_are_not_its_cause(checked) -> None:
    finding = checked("""
def tick():
    while True:
        time.sleep(1)

def main():
    Process(target=tick, daemon=True).start()
    Queue().get()
""").finding
    assert finding is not None
    assert finding.kind is Kind.HANG
    finding = checked("""
def take(a, b):
    with a, b:
        pass

def main():
    a, b = Lock(), Lock()
    processes = [Process(target=take, args=pair) for pair in ((a, b), (b, a))]
    for process in processes:
        process.start()
    while any(process.is_alive() for process in processes):
        time.sleep(0.1)
""").finding
    assert finding is not None
    assert finding.kind is Kind.DEADLOCK


UNDECIDED = {
    "a count": ("", "tries += 1"),
    "a file": ("import os\n", "if os.path.exists('there'): return"),
    "the real clock": ("import datetime\n", "if datetime.datetime.now().year < 2000: return"),
}


@pytest.mark.parametrize(("head", "line"), UNDECIDED.values(), ids=UNDECIDED)
def test_a_loop_that_may_be_different_each_time_is_not_decided(checked, head: str, line: str) -> None:
    result = checked(f"""
{head}
def main():
    lock = Lock()
    lock.acquire()
    tries = 0
    while not lock.acquire(block=False):
        {line}
""")
    assert (result.verdict, result.reason, result.finding) == (Verdict.UNCHECKED, Reason.LIMIT, None)
    assert "livelock" in result.message


def test_a_loop_that_draws_is_told_so(checked) -> None:
    result = checked("""
import random

def main():
    lock = Lock()
    if random.random() < 2:
        lock.acquire()
    while not lock.acquire(block=False):
        time.sleep(random.random())
""")
    assert (result.verdict, result.reason, result.finding) == (Verdict.UNCHECKED, Reason.LIMIT, None)
    assert "the program uses `random`, and a loop that draws is not followed" in result.message
