"""Scripted programs with loops: a task tries again until one of its operations succeeds, and says where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checker.engine.running import Asked
from checker.engine.schedule import Limits, run_schedule
from checker.kernel import Done, Failed, Kernel
from checker.strategies.dpor import Dpor
from checker.trace import EndKind, Op
from tests.scripts import EXIT, FinalState, Script, ScriptedProgram, freeze, visible

MOST_STEPS = 300
MOST_CUT = 3


@dataclass(frozen=True)
class Loop:
    """Does `ops` one after the other, again and again, and is left as soon as number `decider` succeeds.

    With `most`, it is left after so many rounds anyway, and no two of its rounds are alike.
    """

    ops: tuple[Op, ...]
    decider: int = 0
    most: int | None = None


@dataclass(frozen=True)
class LoopScript(Script):
    """As a script, but a task may have loops among its operations. `placed`: it says where it is."""

    tasks: Mapping[str, Sequence[Op | Loop]]  # type: ignore[assignment]
    placed: bool = True


@dataclass
class LoopedProgram(ScriptedProgram):
    """Plays it; a position is (operation or loop, operation in the loop, round). Failed rounds are not remembered."""

    def answer(self, task: str, outcome: Done | Failed) -> Asked:
        pc, index, count = self._position(task)
        doing = self.script.tasks[task][pc]
        if not isinstance(doing, Loop):
            self._note(task, outcome)
            self.positions[task] = (pc + 1, 0, 0)  # type: ignore[assignment]
        else:
            succeeded = isinstance(outcome, Done) and bool(outcome.answer or outcome.data)
            if index == doing.decider and succeeded:
                self._note(task, outcome)
                after = (pc + 1, 0, 0)
            elif index + 1 < len(doing.ops):
                after = (pc, index + 1, count)
            elif doing.most is None:
                after = (pc, 0, 0)
            else:
                after = (pc, 0, count + 1) if count + 1 < doing.most else (pc + 1, 0, 0)
            self.positions[task] = after  # type: ignore[assignment]
        return Asked([], self._next(task))

    def _note(self, task: str, outcome: Done | Failed) -> None:
        shown = (outcome.answer, outcome.data) if isinstance(outcome, Done) else tuple(outcome)
        self.answers[task] = (*self.answers.get(task, ()), freeze(shown))

    def _position(self, task: str) -> tuple[int, int, int]:
        position: Any = self.positions.get(task, (0, 0, 0))
        return position  # type: ignore[no-any-return]

    def _next(self, task: str) -> Op:
        pc, index, count = self._position(task)
        self.positions[task] = (pc, index, count)  # type: ignore[assignment]
        todo = self.script.tasks[task]
        if pc >= len(todo):
            return EXIT
        doing = todo[pc]
        if not isinstance(doing, Loop):
            return doing
        op = doing.ops[index]
        placed = isinstance(self.script, LoopScript) and self.script.placed
        return op._replace(place=pc * 10_000 + index * 1000 + count) if placed and op.kind != "lock.release" else op


def explored(script: LoopScript, most: int = 3000) -> tuple[set[FinalState], bool, int]:
    """The final states of all schedules that end, whether all did, and how many ended in rounds that wait."""
    dpor, states, cut, waiting, count = Dpor(), set(), 0, 0, 0
    while not dpor.exhausted and cut < MOST_CUT:
        kernel, program = Kernel(), LoopedProgram(script)
        trace = run_schedule(kernel, dpor, program, Limits(steps=MOST_STEPS))
        count += 1
        assert count < most, "too many schedules"
        if trace.ending.kind in (EndKind.CYCLE, EndKind.STEP_LIMIT):
            cut += 1
        elif any(wait.round_steps for wait in trace.waits):
            waiting += 1
        elif trace.ending.kind is not EndKind.PRUNED:
            states.add(visible(kernel, program, trace.ending.kind.value))
    return states, dpor.exhausted and not cut, waiting
