"""Examines one scenario: explores it, replays what fails in fresh processes, and repeats a proof there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from checker.analysis.looks import looks_told
from checker.confirm import confirm_failure, proof_repeats
from checker.counts import counted, is_or_are
from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.errors import NotRepeatable, StartAgain
from checker.exploration import Budget, Exploration, Why
from checker.explore import explore
from checker.findings import finding_of, unrepeatable_finding
from checker.jobs.first import SecondJudge
from checker.judge import Failure, Refusal, judge, refusal
from checker.result import Explored, Finding, Kind, Pct
from checker.sameness import reach
from checker.shrink import FRESH_BOUND, Bound, shrink
from checker.spec import Scenario
from checker.starvation import starving
from checker.strategies.base import Strategy
from checker.trace import EndKind, Reliance, Trace

_ONLY_FRESH = "a process that had run before behaved differently: everything was done in fresh ones"
_NEVER_THE_SAME = "fresh processes do something else each time, in the same schedule: nothing is proved"
PROOF_REPEATED = "the proof was repeated in fresh processes"


_USUALLY = "It usually works, but nothing guarantees it."
_UNPROVED = {
    Reliance.NATIVE: "the program loads and calls code in C by itself (ctypes), and nobody sees what that does",
    Reliance.ENTROPY: "the program asks the system for random numbers, others in every run",
    Reliance.CHANGED: (
        "an object was changed after it was put into a queue, or may have been (its class pickles it in its own way): "
        "it may arrive in any state in between, of which not all were tried"
    ),
    Reliance.FILES: (
        "the program writes files, or forks while some are open: when it reads and writes them is not decided by the "
        "checker"
    ),
    Reliance.IDENTITY: "the program uses id() or hash(), which are others in every process and every run",
    Reliance.DEATH: (
        "a process is killed, and what others then see of it, or of a queue that it used, before it is joined, was not "
        "tried in every way"
    ),
    Reliance.MEMORY: (
        "shared memory was let go of while a process that was sent it may still use it, and new memory was made, which "
        "may be in the same place"
    ),
    Reliance.ROOM: "a queue was full: how soon there is room again was not tried in every way",
}


class Refused(Exception):
    """The program cannot be run under control."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Examined:
    """What examining a scenario brought: how it was explored, the finding if it failed, and remarks."""

    found: Exploration[Failure]
    explored: Explored
    finding: Finding | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examiner:
    """Examines scenarios of one program.

    `schedules` overrides a scenario's own budget, `seconds` is the wall time for one exploration, `seed` that of random
    walks. `progress` is told in a few words what goes on. `preemptions` bounds those of a schedule (None: any).
    `second` explores as well, unless all is done in fresh processes.
    """

    engine: Engine
    source: str
    schedules: int | None
    seconds: float
    seed: int
    progress: Callable[[str], None]
    preemptions: int | None = None
    second: SecondJudge | None = None

    def examine(
        self,
        scenario: Scenario,
        *,
        fresh: bool = False,
        satisfied: Callable[[Trace], bool] = lambda trace: False,
        witness: Strategy | None = None,
    ) -> Examined:
        """Explores until the scenario is exhausted, fails, satisfies, or the budget is spent.

        What a process that had a task before does otherwise than a fresh one is no fault of the program: where anything
        is not seen again, all is done once more, and with fresh processes only.

        Raises:
            Refused: the program cannot be run under control.
            InfraError: the machine failed.
        """
        limits = Limits(steps=scenario.steps, seconds=self.seconds)
        second = None if fresh else self.second

        def run(strategy: Strategy) -> Trace:
            trace = self.engine.run_once(scenario.args, strategy, limits, output=scenario.output.value, fresh=fresh)
            why = refusal(trace)
            if why is not None:
                raise Refused(why)
            return trace

        found = explore(
            run,
            lambda trace: judge(scenario, trace, self.source),
            Budget(self.schedules or scenario.schedules, self.seconds),
            seed=self.seed,
            preemptions=self.preemptions,
            satisfied=satisfied,
            witness=witness,
            progress=lambda count: self.progress(f"{scenario.name}: {counted(count, 'schedule')}"),
            partner=second.on(scenario) if second is not None else None,
        )
        notes = _notes(found, self.seed)
        if second is not None and second.lost:
            notes += (f"one explored alone, without a second explorer: {second.lost}",)
        finding = self._finding(scenario, found, fresh=fresh) or self._starving(scenario, found)
        repeats = found.not_repeatable is None and (finding is None or finding.kind is not Kind.NOT_REPEATABLE)
        if repeats or fresh:
            return Examined(found, _explored(scenario, found), finding, notes)
        again = self.examine(scenario, fresh=True, satisfied=satisfied, witness=witness)
        if again.found.not_repeatable is not None or (again.finding and again.finding.kind is Kind.NOT_REPEATABLE):
            return again
        return replace(again, notes=(*again.notes, _ONLY_FRESH))

    def _finding(self, scenario: Scenario, found: Exploration[Failure], *, fresh: bool) -> Finding | None:
        """The finding, seen in fresh processes: of the shortest failing schedule, or else of the one that was found."""
        if found.failure is None or found.failing is None:
            return None
        shorter = self._shorter(scenario, found.failing, found.failure, fresh=fresh)
        self.progress("replaying the failing schedule")
        if shorter is not None:
            confirmed = confirm_failure(self.engine, scenario, self.source, *shorter)
            if confirmed.replayed == confirmed.replays:
                return finding_of(shorter[1], confirmed, scenario, self.source, found.failing_number)
        confirmed = confirm_failure(self.engine, scenario, self.source, found.failing, found.failure)
        make = finding_of if confirmed.replayed == confirmed.replays else unrepeatable_finding
        finding = make(found.failure, confirmed, scenario, self.source, found.failing_number)
        if finding.kind is Kind.LIVELOCK and found.fastest is not None:
            finding = replace(finding, sentence=f"{finding.sentence}\n{_USUALLY}")
        return finding

    def _starving(self, scenario: Scenario, found: Exploration[Failure]) -> Finding | None:
        if found.why not in (Why.EXHAUSTED, Why.BOUND, Why.SCHEDULES):
            return None
        starved = starving(self.engine, scenario, self.source)
        if starved is None:
            return None
        failure, confirmed = starved
        make = finding_of if confirmed.replayed == confirmed.replays else unrepeatable_finding
        return make(failure, confirmed, scenario, self.source, 0)

    def _shorter(
        self, scenario: Scenario, trace: Trace, failure: Failure, *, fresh: bool
    ) -> tuple[Trace, Failure] | None:
        """A shorter schedule that fails in the same way, and its failure; None if none was found."""
        if trace.ending.kind not in (EndKind.FINISHED, EndKind.STUCK):
            return None  # it was broken off, for what costs seconds or says nothing about the order of steps
        self.progress("making the failing schedule shorter")
        limits = Limits(steps=scenario.steps, seconds=self.seconds)
        engine = self.engine
        fine = engine.fine
        try:
            shrunk = shrink(
                trace,
                failure.tasks,
                lambda strategy: engine.run_once(
                    scenario.args, strategy, limits, output=scenario.output.value, fresh=fresh
                ),
                lambda other: reach(failure, trace, judge(scenario, other, self.source), other),
                FRESH_BOUND if fresh else Bound(),
            )
        except (StartAgain, NotRepeatable):
            engine.fine = fine  # the schedule that was found is one of the program all the same, in its own steps
            return None
        again = judge(scenario, shrunk.trace, self.source) if shrunk is not None else None
        return (shrunk.trace, again) if shrunk is not None and again is not None else None

    def repeat_proof(self, scenario: Scenario, proved: Examined) -> Examined:
        """Repeats a proof in fresh processes; where these do something else, explores again with fresh ones only."""
        found = proved.found
        same, count = proof_repeats(
            self.engine,
            scenario,
            found,
            lambda n: self.progress(f"repeating the proof in fresh processes: {n:,} of {found.schedules:,}"),
        )
        if same:
            of = f" of {scenario.name!r}" if scenario.expectations else ""
            part = "" if count == found.schedules else f" ({count:,} of the {counted(found.schedules, 'schedule')}{of})"
            return replace(proved, notes=(*proved.notes, f"{PROOF_REPEATED}{part}"))
        again = self.examine(scenario, fresh=True)
        if again.found.proved and not proof_repeats(self.engine, scenario, again.found, lambda n: None)[0]:
            again.found.not_repeatable = NotRepeatable(0, "the same in other fresh processes", "others", None)
            return replace(again, notes=(*again.notes, _NEVER_THE_SAME))
        return replace(again, notes=(*again.notes, _ONLY_FRESH))


def _notes(found: Exploration[Failure], seed: int) -> tuple[str, ...]:
    """What the reader of a verdict has to know about what it rests on."""
    notes: list[str] = []
    if found.not_repeatable is not None:
        notes.append(
            f"the program does not repeat itself ({found.not_repeatable}): it was sampled, and nothing is proved"
        )
    if Reliance.RANDOM in found.relies:
        notes.append(f"the program draws random numbers: all this holds for seed {seed} (see --seed)")
    if Reliance.CLOCK in found.relies:
        notes.append("the program reads the clock: all this holds for virtual time, in which only waiting takes time")
    if found.why is Why.SCHEDULES and not found.cut and found.not_repeatable is None:
        notes += _covered(found)
    if found.cycles:
        notes.append("it may go round for ever if all are unlucky again and again: the end is possible, not guaranteed")
    notes += [f"{why}, so nothing is proved" for reliance, why in _UNPROVED.items() if reliance in found.relies]
    return tuple(notes)


def _covered(found: Exploration[Failure]) -> Iterator[str]:
    """What was tried where the budget was too small for all, and what makes so many of them in this program."""
    first, *drawn = found.shares
    count = sum(share.schedules for share in drawn)
    sampled = f", and {counted(count, 'schedule')} {is_or_are(count, past=True)} drawn at random" if drawn else ""
    tried = f"{counted(first.schedules, 'interleaving')} {is_or_are(first.schedules, past=True)} tried one by one"
    yield f"{tried}{sampled}: that is not the end of them (see --schedules)"
    if looks := looks_told(trace for _, trace in found.sample):
        yield f"each operation on something shared multiplies the interleavings, and so {looks}"
    if found.bounds.drawn:
        yield "the random ones look above all for what goes wrong when a few steps come in an unlucky order"


def _explored(scenario: Scenario, found: Exploration[Failure]) -> Explored:
    return Explored(
        name=scenario.name,
        schedules=found.schedules,
        pruned=found.pruned,
        steps=found.steps,
        exhausted=found.why is Why.EXHAUSTED and found.cut == found.cycles == 0,
        strategy=found.strategy,
        seconds=found.seconds,
        shares=found.shares,
        pct=_pct(found),
    )


def _pct(found: Exploration[Failure]) -> Pct | None:
    bounds = found.bounds
    return Pct(bounds.tasks, bounds.steps, bounds.drawn) if bounds.drawn else None
