"""What was explored of one scenario so far: the counts, the traces that are kept, and why it ended."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar

from checker.errors import NotRepeatable
from checker.result import Share
from checker.strategies.pct import Bounds
from checker.trace import Reliance, Trace

MAX_KEPT_TRACES = 300
"""A proof of up to this many schedules is repeated whole in fresh processes, of a larger one an even sample."""

UNPROVABLE = frozenset(Reliance) - {Reliance.RANDOM, Reliance.CLOCK}
"""What a program may not rely on if anything about it is to be proved."""

_F = TypeVar("_F")


class Why(Enum):
    """Why an exploration ended."""

    EXHAUSTED = "exhausted"
    BOUND = "bound"  # exhausted, as far as the bound on preemptions lets it go
    FAILED = "failed"
    SATISFIED = "satisfied"  # what was looked for was seen
    SCHEDULES = "schedules"  # the budget is spent
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Budget:
    """How much to explore: complete schedules, and wall seconds at which to give up."""

    schedules: int
    seconds: float


@dataclass(slots=True)
class Exploration(Generic[_F]):
    """What was explored, and what was found.

    `schedules` counts complete ones, `pruned` those cut off because an equivalent one is among them, `cut` those that
    ran into the step limit, `cycles` those that may go round for ever though nobody is left out. `sample` holds
    complete traces, evenly spread, with their numbers (from 1).
    `fastest` is the trace with the smallest virtual makespan of those that finished, `cut_trace` the last one that ran
    into the limit; None if there is none. `bounds` are the most tasks and steps of a complete one. `schedules_by` and
    `cut_by` have the numbers of each strategy by its name, `failed_by` is the one that found the failure.
    """

    why: Why = Why.SCHEDULES
    strategy: str = ""
    schedules: int = 0
    pruned: int = 0
    cut: int = 0
    cycles: int = 0
    steps: int = 0
    seconds: float = 0.0
    failure: _F | None = None
    failing: Trace | None = None
    failing_number: int = 0
    failed_by: str | None = None
    fastest: Trace | None = None
    cut_trace: Trace | None = None
    not_repeatable: NotRepeatable | None = None
    relies: set[Reliance] = field(default_factory=set)
    sample: list[tuple[int, Trace]] = field(default_factory=list)
    bounds: Bounds = field(default_factory=Bounds)
    schedules_by: Counter[str] = field(default_factory=Counter)
    cut_by: Counter[str] = field(default_factory=Counter)
    _every: int = 1

    @property
    def proved(self) -> bool:
        """Whether every interleaving that differs in effect was explored to its end, and the program repeats itself."""
        return self.why is Why.EXHAUSTED and self._is_in_full

    @property
    def bounded(self) -> bool:
        """The same of every interleaving with at most as many preemptions as were asked for: that is no proof."""
        return self.why is Why.BOUND and self._is_in_full

    @property
    def _is_in_full(self) -> bool:
        ended = self.cut == self.cycles == 0 and self.schedules > 0
        return ended and self.not_repeatable is None and self.relies.isdisjoint(UNPROVABLE)

    @property
    def tried(self) -> int:
        """How many schedules count against the budget."""
        return self.schedules + self.cut + self.cycles

    @property
    def shares(self) -> tuple[Share, ...]:
        """What each strategy had of it."""
        names = dict.fromkeys((*self.schedules_by, *self.cut_by))
        return tuple(Share(n, self.schedules_by[n], self.cut_by[n], n == self.failed_by) for n in names)

    def keep(self, trace: Trace) -> None:
        """Puts a complete trace into the sample; halves the sample when it has grown too large."""
        if self.schedules % self._every == 0:
            self.sample.append((self.schedules, trace))
            if len(self.sample) > MAX_KEPT_TRACES:
                self._every *= 2
                self.sample = [kept for kept in self.sample if kept[0] % self._every == 0]
