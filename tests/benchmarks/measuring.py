"""Medians of what is measured in turns, and the rows of the table that say whether a goal is met."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, and beside what.

    `ours` and `bare` are texts with their units, `value` the number that the goal is about, `goal` its upper bound, in
    the same unit (None: no goal, only told).
    """

    what: str
    ours: str
    bare: str
    value: float
    goal: float | None
    unit: str = "x"

    @property
    def verdict(self) -> str:
        return "" if self.goal is None else "met" if self.value <= self.goal else "MISSED"


def in_turns(measures: Sequence[Callable[[], float]], repetitions: int) -> list[float]:
    """The median of each measure over the repetitions, taken in turns: what disturbs one disturbs all."""
    seen: list[list[float]] = [[] for _ in measures]
    for _ in range(repetitions):
        for values, measure in zip(seen, measures, strict=True):
            values.append(measure())
    return [statistics.median(values) for values in seen]


def seconds(work: Callable[[], object]) -> float:
    """Wall seconds that `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@contextmanager
def on_one_core() -> Iterator[None]:
    """Pins this process, and those it starts meanwhile, to one of its cores; the engine then stays on it too."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
