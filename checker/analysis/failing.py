"""Finds where in a schedule an uncaught exception was raised, and makes a line of the listing of it."""

from __future__ import annotations

from collections.abc import Sequence

from checker.analysis.exceptions import headline, last_line
from checker.analysis.names import Names
from checker.analysis.steps import StepTold, is_traceback
from checker.trace import Trace


def raised_after(trace: Trace, traceback: str) -> int | None:
    """The number, from 0, of the last step of its process before the exception; None where the schedule shows none.

    That is the last one in the line that failed. Where nothing shared is done there, it is the one before the traceback
    is printed: a `with` or `finally` on the way out may have done something meanwhile.
    """
    path = next((record.path for record in trace.tasks.values() if record.traceback == traceback), None)
    mine = [number for number, step in enumerate(trace.steps) if step.task == path]
    ends = (n for n in mine if is_traceback(trace.steps[n].op) or trace.steps[n].op.kind in ("exiting", "exit"))
    end = next(ends, None)
    before = [n for n in mine if end is None or n < end]
    line = last_line(traceback)
    there = [n for n in before if line is not None and trace.steps[n].op.line == line]
    return next(reversed(there or before), None)


def with_failure(told: Sequence[StepTold], trace: Trace, names: Names, traceback: str) -> tuple[StepTold, ...]:
    """The same lines, numbered anew, with one for the exception where it was raised."""
    number = raised_after(trace, traceback)
    if number is None:
        return tuple(told)
    what, task = headline(traceback).partition(":")[0], names.task(trace.steps[number].task)
    place = sum(one.step is not None and one.step <= number for one in told)
    raised = StepTold(0, task, what, "", last_line(traceback), blocked=False, failed=True)
    lines = (*told[:place], raised, *told[place:])
    return tuple(one._replace(n=n) for n, one in enumerate(lines, start=1))
