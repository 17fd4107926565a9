"""Finds where in a schedule an uncaught exception was raised, and makes a line of the listing of it.

It was raised behind the last step of its process, but for what its frames do on their way out. Only those that are
known to be on that way stand behind it: a step in the failing line may be of an earlier round, or of a later call.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from checker.analysis.exceptions import headline, last_line, own_lines
from checker.analysis.names import Names
from checker.analysis.sources import nodes_of
from checker.analysis.steps import StepTold, is_traceback
from checker.trace import Step, Trace

_DEFERRED = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda | ast.GeneratorExp


def raised_after(trace: Trace, traceback: str, source: str, tasks: Collection[str]) -> int | None:
    """The number, from 0, of the last step of its process before the exception; None where the schedule shows none.

    Args:
        trace: the schedule.
        traceback: the text of the exception.
        source: the text of the program.
        tasks: the tasks of the failure; the first one that ended with this text is the one.
    """
    path = next((task for task in tasks if task in trace.tasks and trace.tasks[task].traceback == traceback), None)
    mine = [number for number, step in enumerate(trace.steps) if step.task == path]
    ends = (n for n in mine if is_traceback(trace.steps[n].op) or trace.steps[n].op.kind in ("exiting", "exit"))
    end = next(ends, None)
    before = [n for n in mine if end is None or n < end]
    frames = own_lines(traceback)
    while frames and before and _is_of_the_end(trace.steps[before[-1]]):
        before.pop()
    out = _ways_out(source, frames)
    while before and _is_on_the_way_out(trace.steps[before[-1]], out):
        out[trace.steps[before.pop()].op.line or 0] -= 1
    return before[-1] if before else None


def with_failure(
    told: Sequence[StepTold], trace: Trace, names: Names, traceback: str, number: int | None
) -> tuple[StepTold, ...]:
    """The same lines, numbered anew, with one for the exception, which was raised behind the step `number`."""
    if number is None:
        return tuple(told)
    what, task = headline(traceback).partition(":")[0], names.task(trace.steps[number].task)
    place = sum(one.step is not None and one.step <= number for one in told)
    raised = StepTold(0, task, what, "", last_line(traceback), blocked=False, failed=True)
    lines = (*told[:place], raised, *told[place:])
    return tuple(one._replace(n=n) for n, one in enumerate(lines, start=1))


def _is_of_the_end(step: Step) -> bool:
    """Whether a process does it that has left the program's own functions: it waits for its feeders and children."""
    return step.op.line is None and step.op.kind != "begin"


def _is_on_the_way_out(step: Step, out: Counter[int]) -> bool:
    return step.done and step.stage == 0 and step.op.line is not None and out[step.op.line] > 0


def _ways_out(source: str, frames: Sequence[int]) -> Counter[int]:
    """How often each line is come to, with a step, after the raising: the ends of `with`s and `finally`s around it.

    Args:
        source: the text of the program.
        frames: the lines that its frames were in.
    """
    nodes = nodes_of(source)
    found: Counter[int] = Counter()
    for line in frames:
        for node in nodes:
            if isinstance(node, ast.With) and _is_within(line, node.body):
                found.update([node.lineno] * (len(node.items) == 1))
            elif isinstance(node, ast.Try) and _is_within(line, [*node.body, *node.handlers, *node.orelse]):
                found.update(_certain(node.finalbody))
    return found


def _is_within(line: int, body: Sequence[ast.AST]) -> bool:
    """Whether the line is done by this body itself, and not by a function that is defined there."""
    inner = [node for one in body for node in ast.walk(one) if isinstance(node, _DEFERRED)]
    return _covers(line, body) and not _covers(line, inner)


def _covers(line: int, nodes: Sequence[ast.AST]) -> bool:
    spans = ((getattr(node, "lineno", 0), getattr(node, "end_lineno", None) or 0) for node in nodes)
    return any(first <= line <= last for first, last in spans)


def _certain(body: Sequence[ast.stmt]) -> Iterator[int]:
    """The lines of this body that take one step for sure, if they are come to: `lock.release()`, `ready.value = 0`."""
    for statement in body:
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(), attr="release"))):
                yield statement.lineno
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(), attr="value")], value=ast.Constant()):
                yield statement.lineno
