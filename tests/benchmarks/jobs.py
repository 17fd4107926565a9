"""How much sooner two explorers are done than one, with the same large exploration."""

from __future__ import annotations

import tempfile
from pathlib import Path

from checker import script
from checker.options import Options
from tests.benchmarks.measuring import Row, in_turns, seconds
from tests.benchmarks.points import PROGRAM
from tests.jobs.test_jobs import INCREMENTS

GOAL = 1 / 1.7
_PROCESSES = 7
"""That add once each: 5,040 interleavings differ in effect."""
_ROUNDS = 7
"""In which two processes add: 3,432 interleavings."""


def rows() -> list[Row]:
    """Wall seconds of both, the repetition of the proof in fresh processes included: two do that anyway."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "increments.py")
        file.write_text(INCREMENTS)
        return [
            _row(f"2 processes add {_ROUNDS} times under a lock", PROGRAM, "2", str(_ROUNDS)),
            _row(f"{_PROCESSES} processes add once under a lock", file, str(_PROCESSES)),
        ]


def _row(what: str, file: Path, *arguments: str) -> Row:
    program = script.Script(file, arguments)
    one_s, two_s = in_turns([lambda: _seconds(program, 1), lambda: _seconds(program, 2)], 3)
    return Row(f"{what}: two jobs / one", f"{two_s:.2f} s", f"{one_s:.2f} s", two_s / one_s, GOAL)


def _seconds(program: script.Script, jobs: int) -> float:
    options = Options(jobs=jobs, schedules=20_000, seconds=600.0)
    explored: list[bool] = []
    took_s = seconds(lambda: explored.append(script.explore(program, options).proved))
    assert explored == [True]
    return took_s
