"""The words that several reports share: what a step does, how a lab and its file are called."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import PurePath

from checker.counts import counted, is_or_are
from checker.report.shown import Shown
from checker.result import Check, Finding, Kind, Outcome, Result, StepLine
from checker.spec import Spec
from checker.trace import Json

_MOST_WARNINGS = 3
_PREPOSITIONS = {"read": "from", "write": "to", "put": "into", "get": "from", "send": "through", "feeder": "of"}
_AS_CODE = re.compile(r"\w+(\(\)| is )")
_NOT_RUN = {"explored": "the interleavings", "parallel": "still parallel", "real": "real runs"}


def phrase(step: StepLine) -> str:
    """What a step does, in words: "read 4 from count", "jobs.empty() is True"."""
    if not step.object:
        return step.op
    if step.op.endswith((" to", " of")):
        return f"{step.op} {step.object}"
    if _AS_CODE.match(step.op):
        return f"{step.object}.{step.op}"
    verb = next((word for word in step.op.split() if word in _PREPOSITIONS), None)
    return f"{step.op} {_PREPOSITIONS[verb]} {step.object}" if verb else f"{step.op} {step.object}"


def remarks(shown: Shown) -> tuple[str, ...]:
    """What has to be known to understand the steps shown: sentences without a full stop."""
    said = []
    if any(step.op.partition(" ")[0] == "send" for step in shown.steps):
        said.append("what is put into a queue arrives only when its feeder sends it")
    if any(step.op.startswith("give up waiting") for step in shown.steps):
        said.append("a timeout may expire in any schedule")
    if any(step.clock_s is not None for step in shown.steps):
        said.append("the times are virtual: only waiting takes any")
    if shown.after:
        said.append(f"{counted(shown.after, 'step')} after that failure {is_or_are(shown.after)} not shown")
    by_task = [[step for step in shown.steps if step.task == task] for task in shown.tasks]
    if any(_ends_a_print(one, other) for steps in by_task for one, other in pairwise(steps)):
        said.append("a print whose text holds line ends is more than one write")
    if any(step.op == "terminate" and step.line is None for step in shown.steps):
        said.append("daemon processes are terminated when the process that started them ends")
    return tuple(said)


def _ends_a_print(one: StepLine, other: StepLine) -> bool:
    """Whether `other` writes the line end of the print that `one` is the text of."""
    return one.line == other.line and one.op.startswith("print ") and one.op != other.op == r"print '\n'"


def others_left_out(shown: Shown) -> str:
    """How many steps of whom are not shown, in words; "" if all are."""
    if not shown.others:
        return ""
    whose = shown.other_tasks[0] if len(shown.other_tasks) == 1 else "other processes"
    return f"{counted(shown.others, 'step')} of {whose} {is_or_are(shown.others)} not shown"


def warnings_shown(result: Result) -> tuple[str, ...]:
    """The first warnings of a pass, and how many more there are."""
    told = [warning.sentence for warning in result.warnings]
    more = len(told) - _MOST_WARNINGS
    return (*told[:_MOST_WARNINGS], f"and {more} more, see --json") if more > 0 else tuple(told)


def calls(spec: Spec | None) -> tuple[str, ...]:
    """How `main` is called in the scenarios that are explored."""
    return tuple(_call(scenario.args) for scenario in spec.scenarios) if spec is not None else ()


def call_words(finding: Finding, spec: Spec | None) -> str:
    """In which scenario a finding was seen, and how `main` is called there; "" where that is not known."""
    if spec is None:
        return ""
    if not finding.schedule and finding.scenario == "real":
        return f"with {_call(spec.real.args)}"
    parallel = (spec.parallel.scenario,) if spec.parallel is not None else ()
    args = next((s.args for s in (*spec.scenarios, *parallel) if s.name == finding.scenario), None)
    return f"with {finding.scenario!r}: {_call(args)}" if args is not None else ""


def _call(args: tuple[Json, ...]) -> str:
    return f"main({', '.join(map(repr, args))})"


def lab_word(result: Result) -> str:
    """How a lab is called: "Lab 3 · Two tellers, two accounts"."""
    match = re.match(r"lab(\d+)", result.lab or "")
    number = f"Lab {int(match[1])}" if match else result.lab or ""
    return " · ".join(part for part in (number, result.title) if part) or PurePath(result.file).name


def command_word(result: Result) -> str:
    """What the command line takes for this lab and this file: "lab3", or the path of a file outside of labs/.

    For a script that belongs to no lab: "explore", its file and its arguments.
    """
    if result.lab is None:
        file = f"./{result.file}" if result.file.startswith("-") else result.file
        return " ".join(["explore", *map(_quoted, (file, *result.arguments))])
    path = PurePath(result.file)
    match = re.match(r"lab(\d+)", result.lab or "")
    if match and path.stem == result.lab and path.parent.name == "labs":
        return f"lab{int(match[1])}"
    return f'"{result.file}"' if re.search(r"\s", result.file) else result.file


def _quoted(text: str) -> str:
    """The text as a shell takes it, on one line."""
    if text.isprintable():
        return shlex.quote(text)
    return "$'" + "".join(c if c.isprintable() and c not in "'\\" else _escape(c) for c in text) + "'"


def _escape(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in character.encode(errors="surrogateescape"))


def kind_word(kind: Kind) -> str:
    """The printed word of a finding's kind: "wrong result"."""
    return kind.value.replace("_", " ")


def check_text(check: Check) -> str:
    """A check's sentence with the detail behind it."""
    return ": ".join(part for part in (check.sentence, check.detail) if part)


def traceback_shown(finding: Finding, file: str) -> str:
    """The traceback, with the student's file called as the person calls it; "" where there is none."""
    name = file.removeprefix("./")
    path = re.compile(rf'(?<=File ")[^"\n]*[/\\\\]{re.escape(name)}(?=")')
    return path.sub(lambda _: name, finding.traceback or "").rstrip()


def not_run(result: Result) -> str:
    """The checks that were not run, in words, with commas; "" if there are none."""
    return ", ".join(_NOT_RUN.get(c.name, c.name) for c in result.checks if c.outcome is Outcome.NOT_RUN)


def again_remark(finding: Finding) -> str:
    """What the command that repeats a finding does where it is no replay; "" where it is one."""
    if finding.schedule:
        return ""
    about = "all schedules" if finding.kind is Kind.TOO_SERIAL else "a real run"
    return f"the whole check once more: this finding is about {about}"


def seen_words(finding: Finding, *, short: bool = False) -> str:
    """Where and how often a finding was seen."""
    parts = []
    if finding.number and finding.kind is Kind.TOO_SERIAL:
        best = "the only schedule" if finding.number == 1 else f"the best of all {counted(finding.number, 'schedule')}"
        parts.append(f"in {best}")
    elif finding.number:
        parts.append(f"schedule {finding.number:,}" if short else f"schedule {finding.number:,} of this check")
    if finding.replays:
        parts.append(f"replayed {finding.replayed} of {counted(finding.replays, 'time')} in fresh processes")
    return "; ".join(parts)
