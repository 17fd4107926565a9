"""Makes findings: what a judged failure becomes in the student's own names and lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from checker.analysis.exceptions import headline
from checker.analysis.gone import gone, gone_told
from checker.analysis.names import Names, names_of
from checker.analysis.preemptions import preemptions
from checker.analysis.spawning import spawning_told
from checker.analysis.steps import is_traceback, is_unnoticed, is_wait, steps_told
from checker.analysis.story import story_of_result, story_of_wait
from checker.analysis.twins import twins_told
from checker.analysis.unshared import unshared_told
from checker.analysis.wrong_lines import wrong_line
from checker.confirm import Confirmed
from checker.counts import counted
from checker.judge import Failure
from checker.real import RealFailure
from checker.result import Finding, Kind, StepLine, WaitLine
from checker.schedules import encode
from checker.spec import Parallel, Scenario
from checker.trace import Op, Trace


def finding_of(failure: Failure, confirmed: Confirmed, scenario: Scenario, source: str, number: int) -> Finding:
    """The finding for a failure confirmed in fresh processes; `number` is that of the schedule in this check.

    0 stands for a schedule that was given. A second line of the sentence explains things that look like one.
    """
    trace = confirmed.trace
    names = names_of(source, trace)
    lanes = tuple(names.task(path) for path in failure.tasks) or _lanes(trace, names)
    explained = _explained(failure, trace, names, source)
    return Finding(
        kind=failure.kind,
        sentence=f"{failure.sentence}\n{explained}" if explained else failure.sentence,
        scenario=scenario.name,
        schedule=encode(scenario.name, trace.choices, fine=trace.fine),
        number=number,
        replayed=confirmed.replayed,
        replays=confirmed.replays,
        preemptions=preemptions(trace),
        steps=_steps(trace, names, _left_out_beside_traceback if failure.traceback else is_unnoticed),
        lane_tasks=lanes,
        waits=tuple(WaitLine(wait.task, wait.holds, wait.waits_for) for wait in failure.waits),
        expected=failure.expected,
        actual=failure.actual,
        line=_line(failure, trace, source),
        traceback=failure.traceback,
        trace=trace,
        story=_story(failure, trace, names, source),
    )


def unrepeatable_finding(
    failure: Failure, confirmed: Confirmed, scenario: Scenario, source: str, number: int
) -> Finding:
    """The finding for a failure that fresh processes did not show again."""
    finding = finding_of(failure, confirmed, scenario, source, number)
    sentence = (
        f"a failure ({failure.kind.value.replace('_', ' ')}: {failure.sentence}) was seen again in only "
        f"{confirmed.replayed} of {confirmed.replays} replays: the program depends on something besides its schedule"
    )
    return Finding(
        kind=Kind.NOT_REPEATABLE,
        sentence=sentence,
        scenario=scenario.name,
        schedule=finding.schedule,
        number=number,
        replayed=confirmed.replayed,
        replays=confirmed.replays,
        preemptions=finding.preemptions,
        steps=finding.steps,
        lane_tasks=finding.lane_tasks,
        waits=(),
        expected=finding.expected,
        actual=finding.actual,
        line=finding.line,
    )


def serial_finding(parallel: Parallel, best: Trace, source: str, schedules: int) -> Finding:
    """The finding for work that never overlaps; `best` is the schedule with the smallest makespan of all."""
    names = names_of(source, best)
    join = _join_before_start(best)
    lanes = _lanes(best, names)
    waits = [step.op.line for step in best.steps if step.task != "main" and is_wait(step.op)]
    return Finding(
        kind=Kind.TOO_SERIAL,
        sentence=f"does not hold: {parallel.sentence}",
        scenario=parallel.scenario.name,
        schedule="",  # it is a finding about all schedules: no replay of one could show it
        number=schedules,
        replayed=0,
        replays=0,
        preemptions=preemptions(best),
        steps=_steps(best, names, lambda op: is_unnoticed(op) and not is_wait(op)),
        lane_tasks=lanes if join is None else tuple(dict.fromkeys((names.task("main"), *lanes))),
        waits=(),
        expected=f"under {parallel.bound_s:.1f} s of virtual time, done at the same time",
        actual=f"{best.makespan_s:.1f} s, even in the best schedule",
        line=join.line if join is not None else next((line for line in reversed(waits) if line is not None), None),
        trace=best,
    )


def real_finding(failure: RealFailure) -> Finding:
    """The finding for a real run that failed."""
    return Finding(
        kind=failure.kind,
        sentence=failure.sentence,
        scenario="real",
        schedule="",
        number=0,
        replayed=0,
        replays=0,
        preemptions=0,
        steps=(),
        lane_tasks=(),
        waits=(),
        expected=failure.expected,
        actual=failure.actual,
        line=failure.line,
        traceback=failure.traceback,
    )


def _explained(failure: Failure, trace: Trace, names: Names, source: str) -> str:
    """What is behind a failure, where it is a usual misunderstanding; "" where it is not."""
    if failure.traceback:
        missed = gone(trace, failure.tasks[0])
        if missed is not None:
            return gone_told(missed, trace, names)
        told = spawning_told(failure.traceback, source, in_child="main" not in failure.tasks)
        return told or (twins_told(trace, names) if _is_assertion(failure) else "")
    if trace.cycle_steps:
        before = replace(trace, steps=trace.steps[: -trace.cycle_steps], waits=())
        count = len(_steps(trace, names)) - len(_steps(before, names))
        last, them = ("step brings", "it") if count == 1 else (f"{counted(count, 'step')} bring", "them")
        return f"The last {last} everything back to where it was before {them}."
    if failure.kind not in (Kind.WRONG_RESULT, Kind.HANG, Kind.DEADLOCK):
        return ""
    return twins_told(trace, names) or unshared_told(trace, source)


def _is_assertion(failure: Failure) -> bool:
    return headline(failure.traceback or "").startswith("AssertionError")


def _story(failure: Failure, trace: Trace, names: Names, source: str) -> str:
    match failure.kind:
        case Kind.WRONG_RESULT:
            return story_of_result(trace, names, source)
        case Kind.EXCEPTION if _is_assertion(failure):  # the program's own word for a wrong result
            return story_of_result(trace, names, source, failure.line)
        case Kind.HANG:
            return story_of_wait(trace, names)
    return ""


def _steps(
    trace: Trace, names: Names, left_out: Callable[[Op], bool] = is_unnoticed
) -> tuple[StepLine, ...]:
    return tuple(StepLine(*told) for told in steps_told(trace, names, left_out=left_out))


def _left_out_beside_traceback(op: Op) -> bool:
    return is_unnoticed(op) or is_traceback(op)


def _line(failure: Failure, trace: Trace, source: str) -> int | None:
    """Where to look first."""
    if failure.line is None and failure.kind is Kind.WRONG_RESULT:
        return wrong_line(trace, failure.actual, source)
    return failure.line


def _join_before_start(trace: Trace) -> Op | None:
    """Main's first wait for the end of a process that it ends before it starts another; None if there is none."""
    join: Op | None = None
    for step in trace.steps:
        if step.task == "main" and step.done and step.op.kind == "process.join":
            join = join or step.op
        elif step.task == "main" and step.op.kind == "process.start" and join is not None:
            return join
    return None


def _lanes(trace: Trace, names: Names) -> tuple[str, ...]:
    """The processes that did anything, main first only if nobody else did."""
    paths = [record.path for record in trace.tasks.values() if record.role == "process"] or ["main"]
    return tuple(names.task(path) for path in paths)
