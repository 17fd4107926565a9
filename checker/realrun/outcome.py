"""What became of one real run: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any


class RealOutcome(Enum):
    """How a real run ended."""

    FINISHED = "finished"
    FAILED = "failed"  # an exception, or an exit code that is not 0
    BLOCKED = "blocked"  # out of time, and every process was seen blocked
    TIMEOUT = "timeout"  # out of time while something still ran, or while it cannot be told: no failure
    LEFTOVER = "leftover process"  # the program ended and left a process behind
    OUTPUT = "too much output"

    @property
    def is_failure(self) -> bool:
        """Whether the program is to blame: not where it finished, and not where a busy machine may be the reason."""
        return self not in (RealOutcome.FINISHED, RealOutcome.TIMEOUT)


@dataclass(frozen=True, slots=True)
class RealRun:
    """One real run.

    `returned` is what `main` returned, as JSON brings it over, if `has_returned`; a program may return and still
    fail to end. `stdout` and `stderr` are cut at the bound of output. `exit_code` is None where the program did not
    end by itself; a negative one is the signal that killed it. `seconds` are wall seconds from start to end.
    `sentence` says in one sentence what happened.
    """

    start_method: str
    outcome: RealOutcome
    has_returned: bool
    returned: Any
    stdout: str
    stderr: str
    exit_code: int | None
    seconds: float
    sentence: str
