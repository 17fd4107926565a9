"""Tells the judge what a program's behaviour rests on besides its schedule, once in each process. Runs in a worker."""

from __future__ import annotations

from checker.controlled.conversation import CONVERSATION, ask


class _Said:
    """What this process has said already."""

    words: set[str] = set()  # noqa: RUF012 - one for the process, fresh for each task


def begin() -> None:
    """Forgets the last task."""
    _Said.words = set()


def rely(word: str) -> None:
    """Says that this process relies on something: a word of `trace.Reliance`. Between tasks nobody wants to know."""
    if word not in _Said.words and not CONVERSATION.is_silent:
        _Said.words.add(word)
        ask("rely", None, (word,))
