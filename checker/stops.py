"""What ends a check before its end: a finding, or a reason why the file cannot be checked."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import Path

from checker.analysis.looks import tried_in_vain
from checker.analysis.names import Names, names_of
from checker.analysis.rounds import Round, rounds, rounds_told
from checker.analysis.sources import nodes_of
from checker.counts import counted, is_or_are
from checker.errors import UsageError
from checker.exploration import Exploration, Why
from checker.judge import Failure, Refusal
from checker.result import Finding, Reason, Verdict
from checker.spec import Progress, Scenario
from checker.trace import Trace


class Stop(Exception):
    """The check is over before its end: with a finding, or with a reason why it cannot be checked."""

    def __init__(
        self, verdict: Verdict, *, finding: Finding | None = None, message: str = "", reason: Reason | None = None
    ) -> None:
        super().__init__(message)
        self.verdict = verdict
        self.finding = finding
        self.message = message
        self.reason = reason


def refused(refusal: Refusal, file: Path) -> Stop:
    """For a program that cannot be run under control; a refusal knows the file by its absolute path.

    What the checker cannot follow is no fault of the program: nothing is said about it.
    """
    message = refusal.sentence.replace(str(file.resolve()), str(file))
    if refusal.uncontrolled:
        return Stop(Verdict.UNCHECKED, message=message, reason=Reason.LIMIT)
    return Stop(Verdict.ERROR, message=message)


def demand_enough(scenario: Scenario, found: Exploration[Failure], source: str) -> None:
    """Says that a scenario could not be checked, unless enough of its schedules were seen to their end.

    Args:
        source: the student's text, for names.

    Raises:
        Stop: with the reason.
    """
    if found.proved or found.bounded:
        return
    enough = scenario.progress is Progress.POSSIBLE and found.schedules >= scenario.minimum
    if found.cut and not enough:
        raise Stop(Verdict.UNCHECKED, message=_cut_off(scenario, found, source), reason=Reason.LIMIT)
    what = f"{counted(found.schedules, 'complete schedule')}{_of(scenario)}"
    if found.why is Why.SECONDS:
        message = (
            f"the time ran out after {found.seconds:.0f} s and {what}.\n"
            "--seconds gives it more; smaller numbers in the program leave fewer interleavings, and --preemptions 1 or "
            "--schedules 300 ask for less than all of them."
        )
        raise Stop(Verdict.UNCHECKED, message=message, reason=Reason.LIMIT)
    if found.why is not Why.EXHAUSTED and found.schedules < scenario.minimum:
        message = f"only {what} {is_or_are(found.schedules, past=True)} run: too few to say anything"
        raise Stop(Verdict.UNCHECKED, message=message, reason=Reason.LIMIT)


def _are_long(circling: Sequence[Round], source: str) -> bool:
    """Whether some of these lines are in a `for` over a range, and none of them is in a `while`."""
    nodes = nodes_of(source)
    loops = [node for node in nodes if isinstance(node, ast.For) and _is_range(node.iter)]
    return _meet(circling, loops) and not _meet(circling, [node for node in nodes if isinstance(node, ast.While)])


def _is_range(what: ast.expr) -> bool:
    return isinstance(what, ast.Call) and isinstance(what.func, ast.Name) and what.func.id == "range"


def _meet(circling: Sequence[Round], loops: Sequence[ast.stmt]) -> bool:
    spans = [(loop.lineno, loop.end_lineno or loop.lineno) for loop in loops]
    return any(first <= one.last_line and one.first_line <= last for first, last in spans for one in circling)


def _calls_itself(circling: Sequence[Round], source: str) -> bool:
    """Whether some of these lines are in a function that calls itself by its name."""
    nodes = nodes_of(source)
    functions = [node for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return _meet(circling, [function for function in functions if _is_recursive(function)])


def _is_recursive(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    called = (call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "") for call in calls)
    return function.name in called


def _of(scenario: Scenario) -> str:
    """Of which scenario, in words; a script has only one."""
    return f" of {scenario.name!r}" if scenario.expectations else ""


def _cut_off(scenario: Scenario, found: Exploration[Failure], source: str) -> str:
    trace = found.cut_trace
    names = names_of(source, trace) if trace is not None else None
    circling = rounds(trace, names) if trace is not None and names is not None else ()
    limit = trace.ending.detail if trace is not None and trace.ending.detail else counted(scenario.steps, "step")
    if trace is not None and _are_long(circling, source) and not tried_in_vain(trace.steps):
        return (
            f"{found.cut:,} of {counted(found.cut + found.schedules, 'schedule')}{_of(scenario)} did not end within "
            f"{limit}: {rounds_told(circling)}.\nThat is too much to be tried in every order: give it smaller numbers, "
            "a loop of 3 rounds, say. What goes wrong in many rounds nearly always does in a few."
        )
    what = f"{found.cut:,} of {counted(found.cut + found.schedules, 'schedule')}{_of(scenario)} did not end"
    where = f"In one of them the program goes round and round: {rounds_told(circling)}.\n" if circling else ""
    why = (
        "a loop is followed only where all that it carries from round to round can be seen, and not where it counts, "
        "reads files, changes a set, or lies in a `for` over anything but a plain range."
    )
    if trace is not None and names is not None and (does := _seen_to_do(trace, names, circling)):
        why = f"the loop {does}, and such a loop is not followed."
    elif _calls_itself(circling, source):
        why = "a function that calls itself to try again is not followed; a loop would be."
    elif re.search(r"^\s*(import|from) random\b", source, re.MULTILINE):  # a process tells what it drew when it ends
        why = "the program uses `random`, and a loop that draws is not followed."
    return (
        f"{what} within {limit}.\n{where}"
        f"Whether it would go on for ever, a livelock, cannot be decided: {why}\n"
        "In place of trying again and again, wait for it: acquire(), get() and join() do."
    )


def _seen_to_do(trace: Trace, names: Names, circling: tuple[Round, ...]) -> str:
    """What those who go round are seen to do that no loop may which is followed; "" where it is something else."""
    who = {one.task for one in circling}
    late = trace.steps[len(trace.steps) // 2 :]
    kinds = {step.op.kind for step in late if names.task(step.task) in who}
    done = ["prints"] * bool(kinds & {"stdout.write", "stderr.write"}) + ["looks at the clock"] * ("clock" in kinds)
    return " and ".join(done)


def read_source(file: Path) -> str:
    """The text of the student's file.

    Raises:
        UsageError: it is not there, or cannot be read.
        Stop: it is not text.
    """
    try:
        if file.exists() and not file.is_file():
            raise UsageError(f"{file} cannot be read: it is a folder, a pipe or a device")
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(f"there is no file {file}") from None
    except UnicodeDecodeError as error:
        byte = f"byte {error.start} is {error.object[error.start]:#04x}"
        message = f"{file} is not UTF-8 text: {byte}.\nSave it as UTF-8."
        raise Stop(Verdict.ERROR, message=message) from None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from None
