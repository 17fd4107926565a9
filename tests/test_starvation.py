"""Who waits for too long in the fair schedule: found, replayed, and not mistaken for anybody in another schedule."""

from __future__ import annotations

import pytest

from checker.check import Options, check, replay
from checker.result import Kind, Verdict
from checker.spec import RealRuns, Scenario, Spec

PROGRAM = """
import time
from multiprocessing import Lock, Process

def work(lock, count):
    for _ in range(count):
        with lock:
            time.sleep(1)

def slow(lock, count):
    with lock:
        time.sleep(5)

def main(n):
    lock = Lock()
    processes = [Process(target=slow, args=(lock, 1)), Process(target=work, args=(lock, n))]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
"""


def spec(patience_s: float | None) -> Spec:
    return Spec(
        lab="lab00",
        title="",
        scenarios=(Scenario("two", (2,), (), patience_s=patience_s),),
        parallel=None,
        real=RealRuns((2,), (), fork=0, spawn=0),
        published=(),
        hints=("", "", ""),
        lesson="",
        link="",
    )


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    return path


@pytest.mark.parametrize("patience_s", [None, 6.0])
def test_who_waits_no_longer_than_allowed_does_not_starve(file, patience_s):
    result = check(file, spec(patience_s), Options(real_runs=0))
    assert (result.verdict, result.proved, result.finding) == (Verdict.PASS, True, None)


def test_who_waits_longer_starves_and_is_seen_again(file):
    result = check(file, spec(4.0), Options(real_runs=0))
    assert result.verdict is Verdict.FAIL
    finding = result.finding
    assert finding is not None
    assert (finding.kind, finding.line, finding.replayed) == (Kind.STARVATION, 7, 3)
    assert finding.sentence == "Process-2 starves: it waits 5.0 s for lock, though all get their turn"
    again = replay(file, spec(4.0), finding.schedule, Options())
    assert again.finding is not None
    assert (again.finding.kind, again.finding.sentence) == (finding.kind, finding.sentence)
    unfair = "two@main:3+main.2:9+main.1:6"
    assert replay(file, spec(4.0), unfair, Options()).verdict is Verdict.PASS
