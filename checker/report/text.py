"""The report for a person: verdict line, the steps in lanes, who waits for whom, and the command that repeats it."""

from __future__ import annotations

from checker.counts import listed
from checker.report.lanes import picture
from checker.report.paper import WIDTH, Paper, block, columns, pad, wrap
from checker.report.shown import shown_steps
from checker.report.words import (
    again_remark,
    call_words,
    calls,
    check_text,
    command_word,
    kind_word,
    lab_word,
    not_run,
    others_left_out,
    remarks,
    seen_words,
    traceback_shown,
    warnings_shown,
)
from checker.result import Check, Finding, Kind, Outcome, Reason, Result, Verdict
from checker.spec import Spec

_LABEL = 8
_SECONDS = 8
_FIELD = 9


def text_report(result: Result, spec: Spec | None, paper: Paper) -> str:
    """The whole report of one file; `spec`, if known, gives the lesson after a pass. Ends with a newline."""
    lines = [*_head(result, paper), ""]
    for check in result.checks:
        if check.outcome is Outcome.PASS:
            lines += _passed(result, check, spec, paper)
        elif check.outcome is Outcome.FAIL and result.finding is None:
            lines += _marked("✗", check.name, check_text(check), "red", paper)
    match result.verdict:
        case Verdict.FAIL if result.finding is not None:
            lines += _finding(result, result.finding, spec, paper)
        case Verdict.PASS if not result.checks:
            lines += _marked("✓", "HOLDS", result.message, "green", paper)
        case Verdict.ERROR:
            lines += _message("✗", "ERROR", result.message, "red", paper)
        case Verdict.UNCHECKED:
            whose = " (infra)" if result.reason is Reason.INFRA else ""
            lines += _message("?", f"UNCHECKED{whose}", result.message, "yellow", paper)
    for note in result.notes:
        lines += wrap(paper.visible(note), "  note".ljust(2 + _FIELD))
    for warning in warnings_shown(result):
        lines += wrap(paper.visible(warning), "  warning".ljust(2 + _FIELD))
    if result.verdict is Verdict.PASS and result.checks and spec is not None:
        lines += ["", *wrap(paper.visible(spec.lesson), "  ", "  ", WIDTH - 2), "  " + spec.link]
    return "\n".join(lines) + "\n"


def _head(result: Result, paper: Paper) -> list[str]:
    title, file = (paper.visible(part).replace("\n", " ") for part in (lab_word(result), result.file))
    if title == file:
        return wrap(title)
    if columns(title) + 2 + columns(file) <= WIDTH:
        return [pad(title, WIDTH - columns(file)) + file]
    return [*wrap(title), *wrap(file)]


def _marked(mark: str, label: str, text: str, colour: str, paper: Paper, seconds: float = 0.0) -> list[str]:
    """A line with a mark and a label, its text wrapped beside the label; seconds, if worth it, at its right end."""
    label = paper.visible(label)
    mark = paper.visible(mark)
    end = f"{seconds:.1f} s".rjust(_SECONDS) if seconds >= 0.05 else ""
    lines = wrap(paper.visible(text), f"  {mark} {label:<{_LABEL}}  ", " " * (_LABEL + 6), WIDTH - len(end))
    if end and columns(lines[-1]) <= WIDTH - len(end):
        lines[-1] = pad(lines[-1], WIDTH - len(end)) + end
    lines[0] = lines[0].replace(f"{mark} {label}", paper.coloured(f"{mark} {label}", colour), 1)
    return lines


def _passed(result: Result, check: Check, spec: Spec | None, paper: Paper) -> list[str]:
    label = "PROVED" if check.name == "explored" and result.proved else check.name
    lines = _marked("✓", label, check_text(check), "green", paper, check.seconds)
    for number, call in enumerate(calls(spec) if check.name == "explored" else ()):
        lines += wrap(paper.visible(f"{'and' if number else 'of'} {call}"), " " * (_LABEL + 6))
    return lines


def _message(mark: str, label: str, message: str, colour: str, paper: Paper) -> list[str]:
    """What is wrong, where, and what to do: the first line beside the label, the others as they are."""
    first, _, others = paper.visible(message).partition("\n")
    lines = _marked(mark, label, first, colour, paper)
    return lines + (block(others, "    ") if others.strip() else [])


def _finding(result: Result, finding: Finding, spec: Spec | None, paper: Paper) -> list[str]:
    label = kind_word(finding.kind).upper()
    lines = _marked("✗", label, seen_words(finding), "red", paper)
    if len(lines) > 1:
        lines = _marked("✗", label, seen_words(finding, short=True), "red", paper)
    if call := call_words(finding, spec):
        lines += wrap(paper.visible(call), "    ", "      ")
    told = finding.kind is Kind.DEADLOCK and finding.waits  # who waits for whom says the first sentence better
    sentences = finding.sentence.split("\n")[1 if told else 0 :]
    lines += [""] * any(sentences)
    for sentence in filter(None, sentences):
        lines += wrap(paper.visible(sentence), "    ", "    ")
    shown = shown_steps(finding)
    if shown.steps:
        lines += ["", *picture(shown, paper)]
        if finding.kind is Kind.LIVELOCK:
            lines.append(f"{paper.visible('…'):>5}  and so on")
        left_out = others_left_out(shown) if finding.kind is not Kind.DEADLOCK else ""
        beside = [*remarks(shown), *([left_out] if left_out else [])]
        lines += [""] * bool(beside)
        for remark in beside:
            lines += wrap(paper.visible(f"({remark})"), "    ", "     ")
    if finding.waits:
        lines.append("")
    for wait in finding.waits:
        holds = f" holds {listed(wait.holds)} and" if wait.holds else ""
        lines += wrap(paper.visible(f"{wait.task}{holds} waits for {wait.waits_for}"), "    ", "      ")
    lines += _expected(finding, paper)
    if finding.story:
        lines += ["", *wrap(paper.visible(finding.story), "    ", "    ")]
    if finding.traceback:
        lines += ["", *block(paper.visible(traceback_shown(finding, result.file)), "    ", dots=paper.visible("…"))]
    return [*lines, "", *_foot(result, finding, paper)]


def _expected(finding: Finding, paper: Paper) -> list[str]:
    lines: list[str] = []
    for label, text in (("expected", finding.expected), ("instead", finding.actual)):
        if text is not None:
            body = block(paper.visible(text), " " * 14)
            first = body[0][14:] if body else ""
            lines += [f"    {label:<10}{first}".rstrip(), *body[1:]]
    return ["", *lines] if lines else []


def _foot(result: Result, finding: Finding, paper: Paper) -> list[str]:
    lines: list[str] = []
    if others := not_run(result):
        lines += wrap(f"not run yet: {paper.visible(others)}", "  ", "    ")
    command = command_word(result)
    where = f"{result.file}:{finding.line}" if finding.line is not None else ""
    again = f"python -m checker {'replay ' if finding.schedule else ''}{command}"
    hint = f"python -m checker hint {command}" if result.lab else ""
    if where:
        lines += wrap(paper.visible(where), f"  {'at':<{_FIELD}}", " " * (2 + _FIELD))
    for label, text in (("again", again), ("hint", hint)):
        if text:  # a command is never wrapped: half of one, copied, would do something else
            lines.append(f"  {label:<{_FIELD}}{paper.visible(text)}".replace("\n", " "))
        if label == "again" and (remark := again_remark(finding)):
            lines += wrap(f"({remark})", " " * (2 + _FIELD), " " * (3 + _FIELD))
    return lines
