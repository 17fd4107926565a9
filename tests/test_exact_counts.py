"""Real programs in worker processes have exactly as many schedules as theory says, none of them explored twice."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.explore import Budget, Exploration, explore

CRITICAL_SECTION = """
from multiprocessing import Lock, Process

def enter(lock):
    with lock:
        pass

def main(n):
    lock = Lock()
    processes = [Process(target=enter, args=(lock,)) for _ in range(n)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
"""

NESTED = """
from multiprocessing import Lock, Process

def enter(a, b):
    with a, b:
        pass

def main(n):
    a, b = Lock(), Lock()
    processes = [Process(target=enter, args=(a, b)) for _ in range(n)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
"""

READERS = """
from multiprocessing import Process, RawValue

def write(value):
    value.value = 1

def read(value):
    value.value

def main(n):
    value = RawValue("i", 0)
    processes = [Process(target=target, args=(value,)) for target in [write] + [read] * n]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
"""


def explored(tmp_path: Path, text: str, n: int) -> Exploration[None]:
    file = tmp_path / "program.py"
    file.write_text(text)
    with Engine(file) as engine:
        return explore(
            lambda strategy: engine.run_once([n], strategy, Limits()), lambda trace: None, Budget(10_000, 60.0)
        )


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_n_processes_that_enter_one_critical_section(tmp_path: Path, n: int) -> None:
    found = explored(tmp_path, CRITICAL_SECTION, n)
    assert found.proved
    assert found.schedules == math.factorial(n)


def test_two_processes_that_take_two_nested_locks(tmp_path: Path) -> None:
    found = explored(tmp_path, NESTED, 2)
    assert found.proved
    assert found.schedules == 2


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_one_writer_and_n_readers(tmp_path: Path, n: int) -> None:
    found = explored(tmp_path, READERS, n)
    assert found.proved
    assert found.schedules == 2**n
