"""Finds what a program looks at on the side or tries in vain, each an operation that multiplies the interleavings."""

from __future__ import annotations

from collections.abc import Iterable

from checker.analysis.steps import failure
from checker.trace import Step, Trace

_READS = frozenset(
    {"memory.read", "memory.read_slice", "lock.value", "lock.state", "queue.qsize", "queue.empty", "queue.full"}
    | {"simple_queue.empty", "process.poll"}
)
_TRIES = frozenset({"lock.acquire", "queue.get", "queue.put"})
_MOST_LINES = 3


def looks_told(traces: Iterable[Trace]) -> str:
    """The looks at the clock, those that a print needs, and tries that fail, in words that go on after "and so".

    "" without any.
    """
    clock = False
    printed: set[int] = set()
    tried: set[int] = set()
    for trace in traces:
        clock = clock or any(step.op.kind == "clock" for step in trace.steps)
        printed |= _printed(trace.steps)
        tried |= tried_in_vain(trace.steps)
    said = ["does each look at the clock"] if clock else []
    if printed:
        said.append(f"does each print that reads something shared ({_lines(printed)})")
    if tried:
        said.append(f"does each try that fails ({_lines(tried)}): what waits without a timeout tries only once")
    return ", and so ".join(said)


def _lines(found: set[int]) -> str:
    lines = [*map(str, sorted(found)[:_MOST_LINES]), *(["others"] if len(found) > _MOST_LINES else [])]
    return f"line{'' if len(found) == 1 else 's'} {' and '.join(lines)}"


def tried_in_vain(steps: Iterable[Step]) -> set[int]:
    """The lines in which a task failed to get a lock, an item or room, and tried again there at once or later."""
    failed: set[tuple[str, int]] = set()
    found: set[int] = set()
    for step in steps:
        if not step.done or step.op.line is None or step.op.kind not in _TRIES:
            continue
        place = step.task, step.op.line
        if place in failed:
            found.add(step.op.line)
        if step.answer is False or (step.op.kind != "lock.acquire" and failure(step) is not None):
            failed.add(place)
    return found


def _printed(steps: Iterable[Step]) -> set[int]:
    """The lines in which a task reads something shared, and prints right after that."""
    before: dict[str, Step] = {}
    found: set[int] = set()
    for step in steps:
        if not step.done:
            continue
        last = before.get(step.task)
        line = step.op.line
        if (
            last is not None
            and line is not None
            and step.op.kind == "stdout.write"
            and last.op.kind in _READS
            and last.op.line == line
            and step.task != "main"
        ):
            found.add(line)
        before[step.task] = step
    return found
