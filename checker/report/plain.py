"""The report for a screen reader: sentences, one on each line, no columns, no signs that are read out as noise."""

from __future__ import annotations

import re

from checker.counts import listed
from checker.report.paper import Paper
from checker.report.shown import Shown, gap_told, shown_steps
from checker.report.words import (
    again_remark,
    call_words,
    calls,
    check_text,
    command_word,
    kind_word,
    lab_word,
    not_run,
    remarks,
    seen_words,
    traceback_shown,
    warnings_shown,
)
from checker.report.words import phrase as deed
from checker.result import Check, Finding, Kind, Outcome, Result, StepLine, Verdict, WaitLine
from checker.spec import Spec

_AS_CODE = re.compile(r"\S*\w+(\(\)| is )")


def plain_report(result: Result, spec: Spec | None, paper: Paper) -> str:
    """The whole report of one file as sentences; `spec`, if known, gives the lesson after a pass."""
    verdict = result.verdict.value
    if result.finding is not None:
        verdict = f"{verdict}, {kind_word(result.finding.kind)}"
    elif result.verdict is Verdict.PASS and result.proved:
        verdict = "pass, proved"
    elif result.reason is not None:
        verdict = f"{verdict}, {result.reason.value}"
    sentences = [f"{lab_word(result).replace(' · ', ', ')}, file {result.file}: {verdict}."]
    sentences += [
        f"Check {check.name}: {check.outcome.value}{_what(check)}."
        for check in result.checks
        if check.outcome is not Outcome.NOT_RUN
    ]
    if spec is not None and any(c.name == "explored" and c.outcome is Outcome.PASS for c in result.checks):
        sentences.append(f"Explored were the interleavings of {' and of '.join(calls(spec))}.")
    if result.message:
        sentences += result.message.splitlines()
    if result.finding is not None:
        sentences += _finding(result, result.finding, spec)
    sentences += [f"Note: {note}" for note in result.notes]
    sentences += [f"Warning: {warning}." for warning in warnings_shown(result)]
    if result.verdict is Verdict.PASS and result.checks and spec is not None:
        sentences += [" ".join(spec.lesson.split()), f"Read more at {spec.link}"]
    return "\n".join(paper.visible(sentence).rstrip() for sentence in sentences) + "\n"


def _finding(result: Result, finding: Finding, spec: Spec | None) -> list[str]:
    shown = shown_steps(finding)
    seen = seen_words(finding)
    sentences = finding.sentence.splitlines()
    if seen.startswith("replayed"):
        sentences.append(f"{seen.capitalize()}.")
    elif seen:
        sentences.append(f"Seen {'' if seen.startswith('in ') else 'in '}{seen}.")
    call = call_words(finding, spec)
    sentences += [f"{call[:1].upper()}{call[1:]}."] if call else []
    sentences += _steps(shown)
    sentences += ["And so on, for ever."] if finding.kind is Kind.LIVELOCK and shown.steps else []
    sentences += [f"{remark[:1].upper()}{remark[1:]}." for remark in remarks(shown)]
    sentences += [_wait(wait) for wait in finding.waits]
    if finding.expected is not None:
        sentences.append(f"Expected: {finding.expected}")
    if finding.actual is not None:
        sentences.append(f"Instead: {finding.actual}")
    sentences += [f"How it came: {finding.story}."] if finding.story else []
    sentences += traceback_shown(finding, result.file).splitlines()
    if others := not_run(result):
        sentences.append(f"Not run yet: {others}.")
    if finding.line is not None:
        sentences.append(f"Look first at {result.file}, line {finding.line}.")
    command = command_word(result)
    sentences.append(f"To see it again: python -m checker {'replay ' if finding.schedule else ''}{command}")
    sentences += [f"That is {remark}." for remark in [again_remark(finding)] if remark]
    if result.lab:
        sentences.append(f"For a hint: python -m checker hint {command}")
    return sentences


def _what(check: Check) -> str:
    """What was shown; what was not is told by the finding."""
    return f", {check_text(check)}" if check.outcome is Outcome.PASS else ""


def _steps(shown: Shown) -> list[str]:
    sentences: list[str] = []
    for count, step in enumerate(shown.steps, start=1):
        sentences.append(_step(step))
        told = [gap_told(gap) for gap in shown.gaps if gap.after == count]
        sentences += [f"{words[:1].upper()}{words[1:]}." for words in told]
    return sentences


def _step(step: StepLine) -> str:
    where = f" at line {step.line}" if step.line is not None else ""
    where += f", which is over at {step.clock_s:.1f} s" if step.clock_s is not None else ""
    what = deed(step).replace("\n", "\\n")
    if step.failed:
        return f"Step {step.n}: {step.task} fails with {what}{where}."
    if step.blocked:
        return f"Step {step.n}: {step.task} waits to {what}{where}, and never can."
    return f"Step {step.n}: {step.task} {_third_person(what)}{where}."


def _third_person(what: str) -> str:
    """ "acquire alice" -> "acquires alice"; what reads as code is seen, not done."""
    if what.endswith(".task_done()"):
        return f"calls {what}"
    if _AS_CODE.match(what):
        return f"sees that {what}"
    verb, blank, others = what.partition(" ")
    if not verb.islower():
        return f"gets {what}"
    ending = "es" if verb.endswith(("sh", "ch", "s", "x")) else "s"
    return f"{verb}{ending}{blank}{others}"


def _wait(wait: WaitLine) -> str:
    holds = f" holds {listed(wait.holds)} and" if wait.holds else ""
    return f"{wait.task}{holds} waits for {wait.waits_for}."
