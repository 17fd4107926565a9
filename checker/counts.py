"""Numbers of things in words, the one way everywhere: "1 schedule", "2,000 schedules", "never", "once", "3 times"."""

from __future__ import annotations


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
