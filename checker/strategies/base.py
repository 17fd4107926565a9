"""What a strategy is: one question, "which enabled task runs next?", asked at every scheduling point.

A strategy sees each task's pending step with its footprint, so that partial-order strategies need nothing else. It
never sees the budget: how many schedules to run, and when to stop, is decided by its caller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from checker.trace import Cell, Footprint, Op, Step


class PendingStep(Protocol):
    """A step that a task asked for: who, what, and how far into its operation."""

    @property
    def task(self) -> str: ...
    @property
    def op(self) -> Op: ...


class GrantedStep(Protocol):
    """A step that was granted, with the values it wrote and the amounts it added."""

    @property
    def pending(self) -> Any: ...
    @property
    def step(self) -> Step: ...
    @property
    def writes(self) -> Mapping[Cell, Any]: ...
    @property
    def adds(self) -> Mapping[Cell, int]: ...


class Situation(Protocol):
    """What a strategy may look at: the state of the running schedule, without changing it."""

    def enabled(self) -> list[str]: ...
    def footprint(self, task: str) -> Footprint: ...
    def pending(self, task: str) -> Any: ...
    def clock_s(self, task: str) -> float: ...
    def unfinished(self) -> list[tuple[Any, Footprint]]: ...
    def preview(self, pending: Any, lookup: Callable[[Cell, Any], Any]) -> tuple[bool, Footprint]: ...


class Strategy(Protocol):
    """Chooses one schedule after another. One object lives through all schedules of an exploration."""

    name: str

    def begin(self) -> None:
        """A new schedule starts."""

    def choose(self, situation: Situation, enabled: Sequence[str]) -> str | None:
        """The task to run next, out of `enabled` (never empty); None prunes: an equivalent schedule was explored."""

    def granted(self, granted: GrantedStep) -> None:
        """The chosen step was granted, and this is what it did."""

    def end(self, situation: Situation, *, complete: bool) -> None:
        """The schedule is over; `complete` when every process ended or no step was enabled any more."""


class Backtracking(Strategy, Protocol):
    """A strategy whose next schedule begins like its last one."""

    @property
    def shared(self) -> int:
        """With how many steps of the last one the next one begins."""

    def skip(self, steps: int) -> None:
        """After `begin`, in place of as many calls of `choose` and `granted`: the first steps are those of before."""


def told_apart(one: Op, other: Op) -> tuple[str, str]:
    """Two operations in words; with their arguments where those alone are different."""
    said = _said(one), _said(other)
    return said if said[0] != said[1] else (f"{said[0]} with {one.args!r:.50}", f"{said[1]} with {other.args!r:.50}")


def _said(op: Op) -> str:
    return op.kind if op.line is None else f"{op.kind} in line {op.line}"
