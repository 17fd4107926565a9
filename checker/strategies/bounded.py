"""Preemption bounding: every schedule with at most N preemptions, those with fewer first, up to equal effect.

After M. Musuvathi, S. Qadeer, "Iterative Context Bounding for Systematic Testing of Multithreaded Programs", PLDI 2007,
and "Partial-Order Reduction for Context-Bounded State Exploration", MSR-TR-2007-12. A preemption is a switch away from
a task whose next step is enabled; a switch away from one that is blocked or has ended costs nothing. What can be begun
with the preemptions spent so far is explored first; what needs one more is put aside until all that is done.

Beginnings of schedules that differ only in the order of independent steps lead to the same state, and have one *key*:
for each task a chained digest of its steps, each with the number of steps of every task that happen before it. A
beginning is left out where one with its key and the same last task, and so the same free switches, was begun with as
few preemptions or fewer. As these never decrease, the first comer is always the one to keep. Departures:

- Which task was the last matters little: it can spare a beginning one preemption at most. So one of equal key is left
  out as well, whatever its last task, where another had fewer preemptions; or as few and all its switches free.
- A key is asked for before a step is granted, as the pending step's footprint is known. So what is left out is mostly
  not even run, and no two complete schedules have the same effect.
- The digests have 128 bits. Two of a billion different keys are equal with a probability of 2e-21; only then could an
  interleaving be missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from checker.counts import counted
from checker.errors import NotRepeatable
from checker.strategies.base import GrantedStep, Situation, told_apart
from checker.strategies.dpor import line_of
from checker.strategies.history import History
from checker.trace import Footprint, Step


@dataclass(slots=True, eq=False)
class _Choice:
    """A task chosen after the choices before it: beginnings share what they have in common.

    `key` is that of the beginning that ends with it; `step` is what it did, once it was granted.
    """

    before: _Choice | None
    task: str
    key: bytes
    step: Step | None = None


class Bounded:
    """Explores until `exhausted`: every schedule with at most `preemptions`, up to equal effect, has then been run."""

    def __init__(self, preemptions: int) -> None:
        self.name = f"at most {counted(preemptions, 'preemption')}"
        self.exhausted = False
        self.gave_up = False
        self._most = preemptions
        self._spent = 0
        self._now: list[_Choice] = []  # what can be begun with the preemptions spent so far
        self._aside: list[_Choice] = []  # with one more
        self._begun: dict[tuple[bytes, str], int] = {}  # key and last task: the fewest preemptions of such a beginning
        self._enough: dict[bytes, int] = {}  # key: who comes there with more preemptions finds nothing new
        self._follow: list[_Choice] = []
        self._depth = 0
        self._last: _Choice | None = None
        self._past = _Past()

    def begin(self) -> None:
        self._depth = 0
        self._last = None
        self._past = _Past()

    def choose(self, situation: Situation, enabled: Sequence[str]) -> str | None:
        if self._depth < len(self._follow):
            choice = self._follow[self._depth]
            if choice.task not in enabled:
                line = line_of(situation, enabled)
                raise NotRepeatable(self._depth, f"{choice.task} able to run", ", ".join(enabled), line)
        else:
            chosen = self._choose(situation, enabled)
            if chosen is None:
                return None
            choice = chosen
        self._last = choice
        return choice.task

    def _choose(self, situation: Situation, enabled: Sequence[str]) -> _Choice | None:
        """Takes a free switch, or none, to where nobody began; whatever else can be begun here is kept for later."""
        last = self._last
        goes_on = last is not None and last.task in enabled
        if last is not None:
            self._is_enough(last.key, self._spent if goes_on else self._spent - 1)
        free: list[_Choice] = []
        for task in enabled:
            costs = goes_on and last is not None and task != last.task
            spent = self._spent + costs
            if spent > self._most:
                continue
            key = self._past.key_after(task, situation.footprint(task))
            if self._begun.get((key, task), spent + 1) > spent and self._enough.get(key, spent) >= spent:
                self._begun[key, task] = spent
                (self._aside if costs else free).append(_Choice(last, task, key))
        if not free:
            return None
        self._now += reversed(free[1:])
        return free[0]

    def _is_enough(self, key: bytes, spent: int) -> None:
        self._enough[key] = min(spent, self._enough.get(key, spent))

    def granted(self, granted: GrantedStep) -> None:
        choice = self._last
        assert choice is not None
        now = granted.step
        before = choice.step
        if before is not None and before is not now and before != now:
            raise NotRepeatable(self._depth, *told_apart(before.op, now.op), now.op.line)
        choice.step = now
        self._past.append(granted)
        self._depth += 1

    def end(self, situation: Situation, *, complete: bool) -> None:
        if complete and self._last is not None:
            self._is_enough(self._last.key, -1)
        self._advance()

    def _advance(self) -> None:
        """Turns to the latest beginning that can still bring something new; to those put aside when there is none."""
        while self._now or self._aside:
            if not self._now:
                self._spent += 1
                self._now, self._aside = self._aside[::-1], []
            choice = self._now.pop()
            is_first = self._begun[choice.key, choice.task] == self._spent
            if is_first and self._enough.get(choice.key, self._spent) >= self._spent:
                self._follow = _path_to(choice)
                return
        self.exhausted = True


class _Past:
    """The steps of one beginning, and the keys of it and of what it can become by one step more."""

    def __init__(self) -> None:
        self._history = History()
        self._digests: dict[str, bytes] = {}

    def append(self, granted: GrantedStep) -> None:
        step = granted.step
        self._digests[step.task] = self._digest_after(step.task, step.footprint)
        self._history.append(granted)

    def key_after(self, task: str, footprint: Footprint) -> bytes:
        """The key once `task` has taken a step of this footprint."""
        digests = {**self._digests, task: self._digest_after(task, footprint)}
        return _digest(repr(sorted(digests.items())).encode())

    def _digest_after(self, task: str, footprint: Footprint) -> bytes:
        history = self._history
        past = history.past_with(task, footprint)
        counts = [(other, (past & history.steps_of(other)).bit_count()) for other in sorted(self._digests)]
        told = repr([count for count in counts if count[1]])
        return _digest(self._digests.get(task, b"") + told.encode())


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()


def _path_to(choice: _Choice) -> list[_Choice]:
    path = []
    each: _Choice | None = choice
    while each is not None:
        path.append(each)
        each = each.before
    return path[::-1]
