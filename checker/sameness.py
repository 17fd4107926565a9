"""The gate of shrinking: whether another schedule fails in the same way, and how soon.

Two failures are the same finding if they are of the same kind at the same places:

- stuck: the same tasks take part, hold the same and wait for the same, in the same lines. Which of them came last is
  free, and with it the line that is named first;
- an exception or an exit code: the same process, the same last line of its traceback, at the same line;
- a wrong result: the same expectation does not hold, for the same process if it is about one. What came instead is
  free: 2 in place of 4 and 3 in place of 4 are one lost update.

So a wrong result may be shrunk to another way of breaking the same promise, which is then what is shown, as seen.
"""

from __future__ import annotations

from collections.abc import Hashable

from checker.judge import Failure
from checker.result import Kind
from checker.trace import EndKind, Trace


def reach(failure: Failure, trace: Trace, other: Failure | None, other_trace: Trace) -> int | None:
    """How many steps of `other_trace` there are until the failure of `trace` is there; None if it never is.

    That is up to the last step of those who take part; for a wrong result, which is judged at the end, all of them.
    """
    if other is None or _place(failure, trace) != _place(other, other_trace):
        return None
    steps = other_trace.steps
    if other.kind is Kind.WRONG_RESULT or not other.tasks:
        return len(steps)
    return max((k for k, step in enumerate(steps, start=1) if step.task in other.tasks), default=0)


def _place(failure: Failure, trace: Trace) -> Hashable:
    what = (failure.kind, failure.sentence, failure.tasks)
    if trace.ending.kind is not EndKind.STUCK:
        return what, failure.line
    crash = failure.line if failure.traceback is not None else None
    return what, failure.waits, _waiting(trace, failure.tasks), crash


def _waiting(trace: Trace, tasks: tuple[str, ...]) -> Hashable:
    """What each of the tasks waits for at the end, and in which line."""
    waits = {wait.task: (wait.op.kind, wait.obj, wait.op.line) for wait in trace.waits}
    return tuple(waits.get(task) for task in tasks)
