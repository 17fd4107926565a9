"""The way that the last schedule went, so that the next one need not go all of it again.

A strategy that backtracks shares most of each schedule with the one before. Where a process that is told the same does
the same (see `behaviour`), the shared part needs no second run: the schedule goes on from a state on its way that was
kept, at the latest one before the two part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from checker.kernel import Kernel
from checker.trace import Chunk, Json, Reliance, Step

EVERY_STEPS = 4
"""How far apart states are kept, at least: a copy costs about as much as half a step."""
CELLS_A_STEP = 64
"""A larger state is kept more seldom: for each step that was taken, so many of its cells are copied at the most."""


@dataclass(frozen=True, slots=True)
class Landmark:
    """The state of a schedule after `steps` steps; `program` is what `running.Resumable.mark` gave."""

    steps: int
    kernel: Kernel
    program: Any
    chunks: int
    output_chars: int
    relies: frozenset[Reliance]
    result: tuple[bool, Json]


@dataclass(slots=True)
class Track:
    """One schedule, as far as it went: its steps, what it printed, who was enabled, and the states that were kept."""

    steps: list[Step] = field(default_factory=list)
    chunks: list[Chunk] = field(default_factory=list)
    enabled: list[Sequence[str]] = field(default_factory=list)
    landmarks: list[Landmark] = field(default_factory=list)

    def back_to(self, steps: int) -> Landmark | None:
        """Goes back to the latest state that was kept of the first so many steps; all behind it is forgotten."""
        while self.landmarks and self.landmarks[-1].steps > steps:
            self.landmarks.pop()
        last = self.landmarks[-1] if self.landmarks else None
        del self.steps[last.steps if last else 0 :]
        del self.chunks[last.chunks if last else 0 :]
        del self.enabled[last.steps if last else 0 :]
        return last

    def is_due(self, cells: int) -> bool:
        """Whether a state of so many cells should be kept here."""
        kept = self.landmarks[-1].steps if self.landmarks else 0
        return len(self.steps) - kept >= max(EVERY_STEPS, cells // CELLS_A_STEP)
