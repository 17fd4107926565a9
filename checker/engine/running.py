"""The running program as the schedule loop sees it: what its tasks are told, and what they say."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from checker.kernel import Done, Failed
from checker.trace import Op


class Asked(NamedTuple):
    """What a task says next: what it created since, and the operation that it asks for."""

    news: list[Any]
    op: Op


class Pickled(NamedTuple):
    """An item's pickle, and whether the item has changed since it was put."""

    data: bytes
    changed: bool


class Unpicklable(NamedTuple):
    """An item cannot be pickled: the traceback, as text."""

    traceback: str


class Vanished(Exception):
    """A process of the program is gone without a word. `exit_code` as `os.waitstatus_to_exitcode` gives it."""

    def __init__(self, process: str, exit_code: int) -> None:
        super().__init__(process)
        self.process = process
        self.exit_code = exit_code


class Otherwise(Exception):
    """A process asked for something else than it had in another schedule, where it was told the same."""

    def __init__(self, remembered: Op, said: Op) -> None:
        super().__init__()
        self.remembered = remembered
        self.said = said


class Program(Protocol):
    """The running program: what the loop tells its tasks and hears from them."""

    def start(self, process: str, name: str, pickled: bytes, *, daemon: bool) -> None:
        """The start of a process was granted; it begins later. `pickled` is its Process object."""

    def begin(self, process: str) -> Asked:
        """Lets a process begin and returns its first operation.

        Raises:
            Vanished, MalformedMessage: it did not get so far.
        """

    def answer(self, task: str, outcome: Done | Failed) -> Asked:
        """Tells a task the answer to its operation and returns its next one. Raises as `begin`."""

    def pickle(self, process: str, queue: str, n: int) -> Pickled | Unpicklable | Op:
        """The n-th item that the process put into the queue, pickled now.

        An operation "refuse" or "endless_loop" where the student's own pickling goes astray. Raises as `begin`.
        """

    def ended(self, process: str) -> None:
        """The process's end was granted; it hears no more."""

    def kill(self, process: str) -> None:
        """The process was killed by a signal that the program sent."""


class Resumable(Program, Protocol):
    """A program of which the state in one schedule can be had again in another one."""

    def mark(self) -> Any:
        """The present state."""

    def go_to(self, mark: Any) -> None:
        """Brings a program that has not begun into that state."""
