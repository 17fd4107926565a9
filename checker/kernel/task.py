"""One task as the kernel keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from checker.kernel.cells import Pending
from checker.kernel.rounds import Rounds
from checker.trace import TaskRecord


@dataclass(slots=True)
class Task:
    """The fields of `TaskRecord`, the task's next step, and how many it took."""

    path: str
    process: str
    role: str
    name: str
    daemon: bool
    pending: Pending | None = None
    exit_code: int | None = None
    traceback: str | None = None
    killed_by: str | None = None
    rounds: Rounds | None = None
    steps: int = 0

    def copy(self) -> Task:
        """Another one like this, which has gone no rounds."""
        return Task(
            self.path,
            self.process,
            self.role,
            self.name,
            self.daemon,
            self.pending,
            self.exit_code,
            self.traceback,
            self.killed_by,
            None,
            self.steps,
        )

    def record(self) -> TaskRecord:
        """What a trace says of it."""
        return TaskRecord(
            self.path, self.process, self.role, self.name, self.daemon, self.exit_code, self.traceback, self.killed_by
        )
