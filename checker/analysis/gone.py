"""Explains why a process did not find what it was sent: under spawn, its maker no longer held it."""

from __future__ import annotations

from typing import NamedTuple

from checker.analysis.names import Names
from checker.trace import Op, Step, Trace


class Gone(NamedTuple):
    """An object that `task` came too late to open.

    `maker` is the process that made it; `has_ended`: it had begun to end, and did not just drop the object. `gave_up`
    is the maker's wait for the end of `task` that expired before, `started` how it started that.
    """

    identity: str
    task: str
    maker: str
    has_ended: bool
    gave_up: Op | None
    started: Op | None

    @property
    def line(self) -> int | None:
        """Where to look first."""
        culprit = self.gave_up or self.started
        return culprit.line if culprit is not None else None


def gone(trace: Trace, task: str) -> Gone | None:
    """What `task` did not find when it began; None if it found everything."""
    let_go: dict[str, Step] = {}
    for step in trace.steps:
        if step.op.kind == "lock.unlink":
            let_go.update((identity, step) for identity in step.op.args[0].split())
        elif step.task == task and step.op.kind == "lock.open" and step.answer is not None:
            identity = next(name for name in step.op.args[0].split() if name in let_go)
            maker = trace.objects[identity].creator
            mine = [s for s in trace.steps if s.task == maker and s.op.obj == task]
            return Gone(
                identity,
                task,
                maker,
                let_go[identity].op.line is None,
                next((s.op for s in mine if s.op.kind == "process.join" and s.answer is False), None),
                next((s.op for s in mine if s.op.kind == "process.start"), None),
            )
    return None


def gone_told(found: Gone, trace: Trace, names: Names) -> str:
    """The same as a sentence."""
    made = trace.objects[found.identity].line
    where = "" if made is None else f" in line {made}"
    what, maker, task = names.object(found.identity), names.task(found.maker), names.task(found.task)
    if not found.has_ended:
        return (
            f"{what} is gone: {maker}, which made it{where}, no longer held it when {task} began. Under spawn it has "
            "to be kept until the processes that use it have ended: keep it in a variable, a started Process forgets "
            "its arguments"
        )
    why, remedy = "", "join() them"
    if found.gave_up is not None:
        at = "" if found.gave_up.line is None else f" in line {found.gave_up.line}"
        why, remedy = f" (its join{at} gave up waiting)", "join() them without a timeout"
    return (
        f"{what} is gone: {maker}, which made it{where}, had ended when {task} began{why}. Under spawn it has to live "
        f"until the processes that use it have ended: {remedy}"
    )
