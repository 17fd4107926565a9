"""How the processes of a trace were started: by fork, or in another way."""

from __future__ import annotations

from checker.trace import Op, Trace

FORKED = b"forked"
"""What a start by fork has in place of a pickle; `vocabulary.FORKED`, which a test holds equal."""


def is_fork(op: Op) -> bool:
    """Whether the operation starts a process by fork."""
    return op.kind == "process.start" and op.data == FORKED


def forks(trace: Trace) -> bool:
    """Whether any process of the trace was forked."""
    return any(is_fork(step.op) for step in trace.steps)


def is_forked(trace: Trace, task: str) -> bool:
    """Whether this process was started by fork."""
    return any(is_fork(step.op) and step.op.obj == task for step in trace.steps)


def seen_start_method(trace: Trace, default: str) -> str:
    """The start method of the first process that the trace starts; `default` where it says no more."""
    first = next((step.op for step in trace.steps if step.op.kind == "process.start"), None)
    if first is None:
        return default
    if is_fork(first):
        return "fork"
    return "spawn" if default == "fork" else default
