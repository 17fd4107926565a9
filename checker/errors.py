"""The exceptions that carry an exit code; nothing else in the project decides how a process ends."""

from __future__ import annotations


class CheckerError(Exception):
    """Base of every expected error: its text is one or two lines for a person, without a traceback.

    `exit_code` is what the command line ends with: 2 wrong use, 3 could not be checked.
    """

    exit_code = 3


class UsageError(CheckerError):
    """The person at the keyboard asked for something that does not exist or makes no sense."""

    exit_code = 2


class InfraError(CheckerError):
    """The machine failed (no process, no memory, no descriptors): neither the student's fault nor a verdict."""

    exit_code = 3


class MalformedMessage(Exception):
    """A worker sent what the protocol does not allow: a finding against the submission, never a crash here."""


class StartAgain(Exception):
    """What was explored is void, since it rests on what does not hold for this program; the engine now does without."""


class PartnerLost(Exception):
    """The second explorer cannot go on; the text says why. What it explored is void, and with it all of it."""


class NotRepeatable(Exception):
    """A replayed schedule took another path: the program depends on something that is not controlled.

    Attributes:
        step: index (from 0) of the first step that differs.
        expected: what the earlier run did there, in words.
        actual: what this run did there, in words.
        line: the student's line of the operation that differs, if known.
    """

    def __init__(self, step: int, expected: str, actual: str, line: int | None) -> None:
        super().__init__(f"step {step}: expected {expected}, not {actual}")
        self.step = step
        self.expected = expected
        self.actual = actual
        self.line = line
