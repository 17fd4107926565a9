"""Numbers of things, and lists of them, in words: "2,000 schedules", "never", "once", "3 times", "a, b and c"."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, thing: str) -> str:
    """The number and the thing, in the plural unless there is exactly one; `thing` is a word that takes an s."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def is_or_are(number: int, *, past: bool = False) -> str:
    """The verb that goes with so many things."""
    if past:
        return "was" if number == 1 else "were"
    return "is" if number == 1 else "are"


def times(number: int) -> str:
    """How often something came."""
    return {0: "never", 1: "once"}.get(number, f"{number:,} times")


def listed(names: Sequence[str]) -> str:
    """The names as one reads them out: "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
