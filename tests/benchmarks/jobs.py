"""How much sooner two explorers are done than one, with the same large exploration."""

from __future__ import annotations

import tempfile
from pathlib import Path

from checker import script
from checker.options import Options
from tests.benchmarks.measuring import Row, in_turns, seconds
from tests.jobs.test_jobs import INCREMENTS

GOAL = 1 / 1.7
_PROCESSES = 7
"""5,040 interleavings differ in effect."""


def rows() -> list[Row]:
    """Wall seconds of both, the repetition of the proof included."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "increments.py")
        file.write_text(INCREMENTS)
        one_s, two_s = in_turns([lambda: _seconds(file, 1), lambda: _seconds(file, 2)], 3)
    what = f"{_PROCESSES} increments under a lock: two jobs / one"
    return [Row(what, f"{two_s:.2f} s", f"{one_s:.2f} s", two_s / one_s, GOAL)]


def _seconds(file: Path, jobs: int) -> float:
    options = Options(jobs=jobs, schedules=20_000, seconds=600.0)
    explored: list[bool] = []
    took_s = seconds(lambda: explored.append(script.explore(script.Script(file, (str(_PROCESSES),)), options).proved))
    assert explored == [True]
    return took_s
