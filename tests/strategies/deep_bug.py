"""A scripted program with a deep bug: 20 processes, 1,000 steps, and three of them in an order that hardly ever comes.

    main.1   … writes 1 …                                             reads 3 …
    main.2                 … reads 1, writes 2 …
    main.3                                      … reads 2, writes 3 …

Three constraints, each between two tasks, so the depth is 3: the first writes before the second reads, the second
before the third, and the third before the first looks again, which by itself it does soon. Beside this each of the 20
notes in a shared array how far it is.
"""

from __future__ import annotations

from checker.strategies.base import Strategy
from checker.trace import Op, Trace
from tests.scripts import Script, read, run_script, write

PROCESSES = 20
OBJECTS = {"main/memory.1": ("memory", [PROCESSES, 0, None]), "main/memory.2": ("memory", [1, 0, None])}
PROGRESS, SIGN = OBJECTS


def deep_bug() -> Script:
    return Script.of_children(
        OBJECTS,
        [*_work(0, 4), write(SIGN, 1), *_work(0, 4), read(SIGN), *_work(0, 36)],
        [*_work(1, 20), read(SIGN), write(SIGN, 2), *_work(1, 24)],
        [*_work(2, 36), read(SIGN), write(SIGN, 3), *_work(2, 8)],
        *(_work(k, 46) for k in range(3, PROCESSES)),
    )


def fails(trace: Trace) -> bool:
    seen = {step.task: step.answer for step in trace.steps if step.op.kind == "memory.read" and step.op.obj == SIGN}
    return seen == {"main.1": 3, "main.2": 1, "main.3": 2}


def schedules_needed(strategy: Strategy, most: int) -> int | None:
    """The number of the first schedule that fails, from 1; None if none of the first `most` does."""
    script = deep_bug()
    return next((n for n in range(1, most + 1) if fails(run_script(script, strategy)[0])), None)


def _work(index: int, steps: int) -> list[Op]:
    return [read(PROGRESS, index) if k % 2 else write(PROGRESS, k, index) for k in range(steps)]
