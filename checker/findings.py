"""Makes findings: what a judged failure becomes in the student's own names and lines."""

from __future__ import annotations

from checker.analysis.names import Names, names_of
from checker.analysis.preemptions import preemptions
from checker.analysis.steps import steps_told
from checker.confirm import Confirmed
from checker.judge import Failure
from checker.real import RealFailure
from checker.result import Finding, Kind, StepLine, WaitLine
from checker.schedules import encode
from checker.spec import Parallel, Scenario
from checker.trace import Trace


def finding_of(failure: Failure, confirmed: Confirmed, scenario: Scenario, source: str, number: int) -> Finding:
    """The finding for a failure confirmed in fresh processes; `number` is that of the schedule in this check."""
    trace = confirmed.trace
    names = names_of(source, trace)
    lanes = tuple(names.task(path) for path in failure.tasks) or _lanes(trace, names)
    return Finding(
        kind=failure.kind,
        sentence=failure.sentence,
        scenario=scenario.name,
        schedule=encode(scenario.name, trace.choices, fine=trace.fine),
        number=number,
        replayed=confirmed.replayed,
        replays=confirmed.replays,
        preemptions=preemptions(trace),
        steps=_steps(trace, names),
        lane_tasks=lanes,
        waits=tuple(WaitLine(wait.task, wait.holds, wait.waits_for) for wait in failure.waits),
        expected=failure.expected,
        actual=failure.actual,
        line=failure.line,
        traceback=failure.traceback,
        trace=trace,
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
    return Finding(
        kind=Kind.TOO_SERIAL,
        sentence=f"not so: {parallel.sentence}",
        scenario=parallel.scenario.name,
        schedule=encode(parallel.scenario.name, best.choices, fine=best.fine),
        number=schedules,
        replayed=0,
        replays=0,
        preemptions=preemptions(best),
        steps=_steps(best, names),
        lane_tasks=_lanes(best, names),
        waits=(),
        expected=f"at most {parallel.bound_s:.1f} s of virtual time in the best schedule",
        actual=f"{best.makespan_s:.1f} s in the best of all {schedules:,}, as if one at a time",
        line=None,
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
        line=None,
        traceback=failure.traceback,
    )


def _steps(trace: Trace, names: Names) -> tuple[StepLine, ...]:
    return tuple(StepLine(*told) for told in steps_told(trace, names))


def _lanes(trace: Trace, names: Names) -> tuple[str, ...]:
    """The processes that did anything, main first only if nobody else did."""
    paths = [record.path for record in trace.tasks.values() if record.role == "process"] or ["main"]
    return tuple(names.task(path) for path in paths)
