"""Makes findings: what a judged failure becomes in the student's own names and lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import takewhile

from checker.analysis.failing import with_failure
from checker.analysis.forks import is_forked
from checker.analysis.gone import gone, gone_told
from checker.analysis.keepers import keepers
from checker.analysis.misfits import misfit
from checker.analysis.names import Names, names_of
from checker.analysis.preemptions import preemptions
from checker.analysis.spawning import spawning_told
from checker.analysis.steps import StepTold, is_traceback, is_unnoticed, is_wait, steps_told
from checker.analysis.targets import called_targets
from checker.analysis.twins import twins_told
from checker.analysis.unshared import unshared_told
from checker.analysis.wrong_lines import wrong_line
from checker.behind import involved, is_assertion, raised, story_of
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
    lanes = tuple(names.task(path) for path in involved(failure, trace)) or _lanes(trace, names)
    explained = _explained(failure, trace, names, source)
    story = story_of(failure, trace, names, source)
    told = steps_told(trace, names, left_out=_left_out_beside_traceback if failure.traceback else is_unnoticed)
    if failure.traceback:
        told = with_failure(told, trace, names, failure.traceback, raised(failure, trace, source))
    named = keepers(trace) | {*story.steps}
    steps = tuple(_line_of(one, named=one.failed or one.step in named) for one in told)
    return Finding(
        kind=failure.kind,
        sentence=f"{failure.sentence}\n{explained}" if explained else failure.sentence,
        scenario=scenario.name,
        schedule=encode(scenario.name, trace.choices, fine=trace.fine),
        number=number,
        replayed=confirmed.replayed,
        replays=confirmed.replays,
        preemptions=preemptions(trace) if confirmed.preemptions is None else confirmed.preemptions,
        steps=_one_round(steps, trace, names) if failure.kind is Kind.LIVELOCK else steps,
        lane_tasks=lanes,
        waits=tuple(WaitLine(wait.task, wait.holds, wait.waits_for) for wait in failure.waits),
        expected=failure.expected,
        actual=failure.actual,
        line=_line(failure, trace, source),
        traceback=failure.traceback,
        trace=trace,
        story=story.told,
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
    told = [
        (one, 0.0 if one.step is None else best.steps[one.step].clock_s)
        for one in steps_told(best, names, left_out=lambda op: is_unnoticed(op) and not is_wait(op))
    ]
    told.sort(key=lambda one: one[1])  # what happens before something has no later clock
    return Finding(
        kind=Kind.TOO_SERIAL,
        sentence=f"does not hold: {parallel.sentence}",
        scenario=parallel.scenario.name,
        schedule="",  # it is a finding about all schedules: no replay of one could show it
        number=schedules,
        replayed=0,
        replays=0,
        preemptions=preemptions(best),
        steps=tuple(_line_of(one._replace(n=n), clock_s) for n, (one, clock_s) in enumerate(told, start=1)),
        lane_tasks=lanes if join is None else tuple(dict.fromkeys((names.task("main"), *lanes))),
        waits=(),
        expected=f"under {parallel.bound_s:.1f} s of virtual time if it is done at the same time",
        actual=f"{best.makespan_s:.1f} s, even in the best schedule; one at a time takes {parallel.serial_s:.1f} s",
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
        misfits = misfit(failure.traceback, source)
        if misfits is not None:
            return misfits.told
        in_child = "main" not in failure.tasks
        forked = any(is_forked(trace, task) for task in failure.tasks)
        told = spawning_told(failure.traceback, source, in_child=in_child, is_forked=forked)
        if told or not is_assertion(failure):
            return told
        return twins_told(trace, names) or (unshared_told(trace, source, failure.line) if failure.line else "")
    if trace.cycle_steps:
        count = _round_length(trace, names)
        bring, them = ("brings", "it") if count == 1 else ("bring", "them")
        return f"One round is {counted(count, 'step')}, which {bring} everything back to where it was before {them}."
    called = called_targets(source)[:1]
    if called and failure.kind in (Kind.WRONG_RESULT, Kind.MISSING_PROCESS):
        return called[0].told
    if failure.kind not in (Kind.WRONG_RESULT, Kind.HANG, Kind.DEADLOCK):
        return ""
    return twins_told(trace, names) or unshared_told(trace, source)


def _steps(
    trace: Trace, names: Names, left_out: Callable[[Op], bool] = is_unnoticed
) -> tuple[StepLine, ...]:
    return tuple(map(_line_of, steps_told(trace, names, left_out=left_out)))


def _line_of(told: StepTold, clock_s: float | None = None, *, named: bool = False) -> StepLine:
    return StepLine(told.n, told.task, told.op, told.object, told.line, told.blocked, clock_s, named, told.failed)


def _rounds(trace: Trace) -> frozenset[int]:
    """The numbers of the steps that are the last round of those who go round for ever; empty where nobody does."""
    if trace.cycle_steps:
        return frozenset(range(len(trace.steps) - trace.cycle_steps, len(trace.steps)))
    last: list[int] = []
    for wait in trace.waits:
        mine = [n for n, step in enumerate(trace.steps) if step.task == wait.task]
        last += mine[len(mine) - wait.round_steps :]
    return frozenset(last)


def _round_length(trace: Trace, names: Names) -> int:
    """How many of the steps that are told are one round."""
    rounds = _rounds(trace)
    before = tuple(step for n, step in enumerate(trace.steps) if n not in rounds)
    return len(_steps(replace(trace, waits=()), names)) - len(_steps(replace(trace, steps=before, waits=()), names))


def _one_round(steps: tuple[StepLine, ...], trace: Trace, names: Names) -> tuple[StepLine, ...]:
    """The steps of a livelock without all rounds but the first, since what goes round is seen when it comes again.

    In a cycle others may have gone on meanwhile, which stays; what is only looked at is looked at again after that.
    """
    circling = {names.task(trace.steps[n].task) for n in _rounds(trace)}
    mine = [step for step in steps if step.task in circling]
    if not trace.cycle_steps:
        done = [step for step in steps if not step.blocked]
        mine = [*takewhile(lambda step: step.task in circling, reversed(done))][::-1]
    length = _round_length(trace, names)
    doubles = 0
    for later, earlier in zip(reversed(mine), reversed(mine[: len(mine) - length]), strict=False):
        if not length or replace(later, n=earlier.n, named=earlier.named) != earlier:
            break
        doubles += 1
    left_out = {step.n for step in mine[len(mine) - doubles :]}
    kept = [step for step in steps if step.n not in left_out]
    return tuple(replace(step, n=n) for n, step in enumerate(kept, start=1))


def _left_out_beside_traceback(op: Op) -> bool:
    return is_unnoticed(op) or is_traceback(op)


def _line(failure: Failure, trace: Trace, source: str) -> int | None:
    """Where to look first."""
    if failure.line is None and failure.kind is Kind.WRONG_RESULT:
        return wrong_line(trace, failure.actual, source)
    misfits = misfit(failure.traceback, source) if failure.line is None else None
    return failure.line if misfits is None else misfits.line


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
