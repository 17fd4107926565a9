"""The overview that `python -m checker` prints: the labs, how each stands, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from checker.report.paper import WIDTH, Paper, columns, cut, pad, wrap
from checker.result import Verdict

_TITLE = 56
"""A title has so many columns; what is said of how a lab stands is wrapped beside it."""


@dataclass(frozen=True, slots=True)
class LabState:
    """How one lab stands.

    `verdict` is None where it was never checked, `word` what is printed ("deadlock", "proved"). `changed` says that
    the file is no longer the one that was checked. `file` is where it is, as the person would type it.
    """

    number: int
    title: str
    file: str
    verdict: Verdict | None
    word: str
    changed: bool


def overview(states: tuple[LabState, ...], paper: Paper) -> str:
    """The overview in columns."""
    passed = sum(_is_done(state) for state in states)
    count = f"{passed} of {len(states)} passed"
    lines = [pad("Deadlocks and race conditions: the labs", WIDTH - len(count)) + count, ""]
    titles = [cut(paper.visible(f"Lab {s.number} · {s.title}"), _TITLE, paper.visible("…")) for s in states]
    width = max((columns(title) for title in titles), default=0)
    for state, title in zip(states, titles, strict=True):
        mark, colour = _mark(state)
        row = wrap(paper.visible(_word(state)), f"  {paper.visible(mark)} {pad(title, width)}  ")
        row[0] = (
            row[0].replace(paper.visible(mark), paper.coloured(paper.visible(mark), colour), 1) if colour else row[0]
        )
        lines += row
    return "\n".join([*lines, "", *_next(states, paper)]) + "\n"


def plain_overview(states: tuple[LabState, ...], paper: Paper) -> str:
    """The overview as sentences, one on each line."""
    passed = sum(_is_done(state) for state in states)
    sentences = [f"{passed} of {len(states)} labs are passed."]
    sentences += [f"Lab {state.number}, {state.title}: {_word(state)}." for state in states]
    todo = _first_open(states)
    if todo is not None:
        sentences.append(f"Next: edit {todo.file}, then run python -m checker lab{todo.number}")
    return "\n".join(paper.visible(sentence) for sentence in sentences) + "\n"


def _is_done(state: LabState) -> bool:
    return state.verdict is Verdict.PASS and not state.changed


def _first_open(states: tuple[LabState, ...]) -> LabState | None:
    return next((state for state in states if not _is_done(state)), None)


def _mark(state: LabState) -> tuple[str, str]:
    if state.verdict is None:
        return "·", ""
    if state.changed or state.verdict is Verdict.UNCHECKED:
        return "?", "yellow"
    return ("✓", "green") if state.verdict is Verdict.PASS else ("✗", "red")


def _word(state: LabState) -> str:
    if state.verdict is None:
        return "not checked yet"
    return f"{state.word}; since changed" if state.changed else state.word


def _next(states: tuple[LabState, ...], paper: Paper) -> list[str]:
    todo = _first_open(states)
    if todo is None:
        return ["  All labs are passed." if states else "  There are no labs here."]
    lines = wrap(paper.visible(f"python -m checker lab{todo.number}"), "  next     ")
    lines += wrap(paper.visible(f"edit {todo.file} until it passes"), "           ")
    if todo.verdict is Verdict.FAIL and not todo.changed:
        lines += wrap(f"python -m checker hint lab{todo.number}", "  hint     ")
    return lines
