"""The time of the fair schedule: each operation takes a little, each is served when its turn comes.

It differs from the kernel's clocks, for which nothing but waiting takes time: there, a lock that is given back and
taken again at once is never free.
"""

from __future__ import annotations

from checker.trace import Op, Step

OPERATION_S = 0.001
"""Virtual seconds that each operation takes."""


class FairTime:
    """When each task asked for its next operation, in virtual seconds; and what time it is."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._asked: dict[str, float] = {}

    def asked_s(self, task: str) -> float:
        """When the task asked for its next operation; one that is new asks now."""
        return self._asked.setdefault(task, self.now_s)

    def due_s(self, task: str, op: Op, *, in_vain: bool) -> float:
        """When the operation is granted, if it can be; `in_vain`: as it is now, it runs out of time."""
        return self.asked_s(task) + (timeout_s(op) if in_vain else 0.0)

    def took(self, step: Step) -> None:
        """The step was granted."""
        op = step.op
        start = self.asked_s(step.task)
        if step.done and _ran_out(step):
            start += timeout_s(op)
        self.now_s = max(self.now_s, start)
        slept_s = op.args[0] if op.kind == "sleep" else 0.0
        self._asked[step.task] = self.now_s + OPERATION_S + max(slept_s, 0.0)


def timeout_s(op: Op) -> float:
    """How long the operation waits at most before it fails; 0 for one that does not wait, or for ever."""
    if op.kind in ("lock.acquire", "queue.get", "queue.put"):
        return max(op.args[1] or 0.0, 0.0) if op.args[0] else 0.0
    return max(op.args[0] or 0.0, 0.0) if op.kind == "process.join" else 0.0


def _ran_out(step: Step) -> bool:
    """Whether a timed operation failed."""
    kind, answer = step.op.kind, step.answer
    return answer is False if kind in ("lock.acquire", "process.join") else type(answer) is list
