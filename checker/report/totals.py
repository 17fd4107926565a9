"""What stands below the reports of several files: one line for each, and how many have passed."""

from __future__ import annotations

from collections.abc import Sequence

from checker.report.paper import Paper
from checker.report.words import kind_word
from checker.result import Result, Verdict

_MARKS = {Verdict.PASS: ("✓", "green"), Verdict.FAIL: ("✗", "red"), Verdict.ERROR: ("✗", "red")}
_WORD = 16


def totals(results: Sequence[Result], paper: Paper) -> str:
    """For a person; ends with a newline."""
    lines: list[str] = []
    for result in results:
        mark, colour = _MARKS.get(result.verdict, ("?", "yellow"))
        begin = paper.coloured(f"{paper.visible(mark)} {_word(result):<{_WORD}}", colour)
        lines.append(f"  {begin}  {_file(result, paper)}")
    return "\n".join([*lines, "", _passed(results)]) + "\n"


def plain_totals(results: Sequence[Result], paper: Paper) -> str:
    """For a screen reader; ends with a newline."""
    sentences = [f"{_word(result)}: {_file(result, paper)}." for result in results]
    return "\n".join([*sentences, f"{_passed(results)}."]) + "\n"


def _word(result: Result) -> str:
    return kind_word(result.finding.kind) if result.finding is not None else result.verdict.value


def _file(result: Result, paper: Paper) -> str:
    return paper.visible(result.file).replace("\n", " ")


def _passed(results: Sequence[Result]) -> str:
    return f"{sum(result.verdict is Verdict.PASS for result in results)} of {len(results)} passed"
