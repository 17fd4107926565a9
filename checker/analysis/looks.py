"""Finds what a program looks at on the side, each look an operation that multiplies the interleavings."""

from __future__ import annotations

from collections.abc import Iterable

from checker.trace import Step, Trace

_READS = frozenset(
    {"memory.read", "memory.read_slice", "lock.value", "lock.state", "queue.qsize", "queue.empty", "queue.full"}
    | {"simple_queue.empty", "process.poll"}
)
_MOST_LINES = 3


def looks_told(traces: Iterable[Trace]) -> str:
    """The looks at the clock, and those that a print needs, in words that go on after "and so"; "" without any."""
    clock = False
    printed: set[int] = set()
    for trace in traces:
        clock = clock or any(step.op.kind == "clock" for step in trace.steps)
        printed |= _printed(trace.steps)
    said = ["does each look at the clock"] if clock else []
    if printed:
        lines = [*map(str, sorted(printed)[:_MOST_LINES]), *(["others"] if len(printed) > _MOST_LINES else [])]
        where = f"line{'' if len(printed) == 1 else 's'} {' and '.join(lines)}"
        said.append(f"does each print that reads something shared ({where})")
    return ", and so ".join(said)


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
