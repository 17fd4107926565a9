"""The pipeline: one student's file and its spec in, one `Result` out.

    explore each scenario -> a failure? replay it in fresh processes -> Finding
                          -> none, exhausted? repeat the proof in fresh processes
    then: still parallel? -> then: real runs under fork and spawn

Exploration comes first because it is quick and explains; the slower checks run only when it found nothing.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from checker import __version__
from checker.confirm import confirm_failure, run_fresh
from checker.counts import counted
from checker.engine.engine import Engine
from checker.errors import InfraError, NotRepeatable, StartAgain, UsageError
from checker.exploration import Why
from checker.findings import finding_of, real_finding, serial_finding
from checker.hazards import hazards_of
from checker.jobs.first import second_judge
from checker.judge import judge, refusal
from checker.options import Options
from checker.programs import Program
from checker.real import RealVerdict, judge_real_runs
from checker.result import Check, Explored, Finding, Hazard, HazardKind, Outcome, Reason, Result, Verdict
from checker.scenario import PROOF_REPEATED, Examined, Examiner, Refused
from checker.schedules import FINE, decode, slug
from checker.spec import Parallel, Scenario, Spec
from checker.starvation import starving
from checker.stops import Stop, demand_enough, read_source, refused
from checker.strategies.earliest import Earliest

NO_FIT = "the schedule does not fit this file (any more); check it again"
"""The message where a replay took another path."""


def check(file: Path, spec: Spec, options: Options, progress: Callable[[str], None] = lambda text: None) -> Result:
    """Checks one file against a lab's spec. Every expected trouble is a verdict; only our own bugs raise."""
    return _Check(file, spec, options, progress).run()


def replay(file: Path, spec: Spec, schedule: str, options: Options) -> Result:
    """Runs one schedule again, in fresh processes, and judges it alone.

    Raises:
        UsageError: the text is no schedule of this lab.
    """
    return _Check(file, spec, options, lambda text: None).replay(schedule)


def changed_meanwhile(result: Result) -> Result:
    """What is left of a result if the file was changed while it was checked: some of it may be about another text."""
    return replace(
        result,
        verdict=Verdict.UNCHECKED,
        proved=False,
        reason=Reason.LIMIT,
        message="the file was changed while it was checked; check it again",
        checks=tuple(replace(c, outcome=Outcome.NOT_RUN, points=0, detail="", seconds=0.0) for c in result.checks),
        finding=None,
        notes=(),
    )


class _Check:
    """One check: its inputs, and what has become of it so far."""

    def __init__(self, file: Path, spec: Spec, options: Options, progress: Callable[[str], None]) -> None:
        self._file = file
        self._spec = spec
        self._options = options
        self._progress = progress
        self._started = time.monotonic()
        self._explored: list[Explored] = []
        self._notes: list[str] = []
        self._warnings: tuple[Hazard, ...] = ()
        self._proved = True
        self._source = ""
        names = [("explored", "every interleaving holds")]
        if spec.parallel is not None:
            names.append(("parallel", spec.parallel.sentence))
        names.append(("real", "it holds for real"))
        points = dict(zip(("explored", "parallel", "real"), spec.points, strict=True))
        self._checks = {
            name: Check(name, sentence, Outcome.NOT_RUN, 0, points[name]) for name, sentence in names
        }

    def run(self) -> Result:
        try:
            self._source = read_source(self._file)
            with self._engine() as engine:
                examiner, options = self._examiner(engine), self._options
                with second_judge(options.jobs, engine, self._program, self._source) as second:
                    self._explore_all(replace(examiner, preemptions=options.preemptions, second=second))
                if self._spec.parallel is not None:
                    self._check_parallel(examiner, self._spec.parallel)
            self._check_real()
        except Stop as stop:
            return self._result_of(stop)
        except Refused as why:
            return self._result_of(refused(why.refusal, self._file))
        except InfraError as error:
            return self._result_of(Stop(Verdict.UNCHECKED, message=str(error), reason=Reason.INFRA))
        return self._result(Verdict.PASS)

    def replay(self, schedule: str) -> Result:
        name, choices = decode(schedule)
        fine = name.endswith(FINE)
        name = name.removesuffix(FINE)
        scenarios = {slug(s.name): s for s in self._scenarios()}
        if name not in scenarios:
            raise UsageError(f"{self._spec.lab} has no scenario {name!r}; it has {', '.join(scenarios)}")
        scenario = scenarios[name]
        self._checks = {}
        try:
            self._source = read_source(self._file)
            with self._engine(fine=fine) as engine:
                try:
                    trace = run_fresh(engine, scenario, choices)
                except (NotRepeatable, StartAgain) as error:
                    raise Stop(Verdict.UNCHECKED, message=NO_FIT, reason=Reason.LIMIT) from error
                why = refusal(trace)
                if why is not None:
                    raise refused(why, self._file)
                failure = judge(scenario, trace, self._source)
                confirmed = None
                if failure is not None:
                    confirmed = confirm_failure(engine, scenario, self._source, trace, failure)
                elif (starved := starving(engine, scenario, self._source)) is not None:
                    is_fair = starved[1].trace.choices == trace.choices  # no other schedule is judged by it
                    failure, confirmed = starved if is_fair else (None, None)
                if failure is not None and confirmed is not None:
                    finding = finding_of(failure, confirmed, scenario, self._source, 0)
                    self._fail("explored", finding)
        except Stop as stop:
            return self._result_of(stop)
        except InfraError as error:
            return self._result_of(Stop(Verdict.UNCHECKED, message=str(error), reason=Reason.INFRA))
        self._proved = False
        return replace(self._result(Verdict.PASS), message="this schedule does not fail (any more), others may")

    def _engine(self, *, fine: bool = False) -> Engine:
        return self._program.engine(
            fine=fine,
            computing=lambda name, seconds: self._progress(f"waiting for {name}, which computes ({seconds:.0f} s)"),
        )

    @property
    def _program(self) -> Program:
        options = self._options
        return Program(
            str(self._file), self._spec.lab, (), options.seed, options.cpu_limit_s, options.start_method
        )

    def _scenarios(self) -> list[Scenario]:
        parallel = self._spec.parallel
        return [*self._spec.scenarios, *([parallel.scenario] if parallel is not None else [])]

    # The stages

    def _examiner(self, engine: Engine) -> Examiner:
        options = self._options
        return Examiner(engine, self._source, options.schedules, options.seconds, options.seed, self._progress)

    def _take(self, examined: Examined, name: str) -> None:
        """Takes over what examining a scenario brought; a finding ends the check."""
        self._explored.append(examined.explored)
        self._notes += [note for note in examined.notes if note not in self._notes]
        if any(note.startswith(f"{PROOF_REPEATED} ") for note in self._notes):  # it says which one not quite
            self._notes = [note for note in self._notes if note != PROOF_REPEATED]
        if examined.finding is not None:
            self._fail(name, examined.finding)

    def _explore_all(self, examiner: Examiner) -> None:
        started = time.monotonic()
        total = 0
        bounded: list[bool] = []
        for scenario in self._spec.scenarios:
            examined = examiner.examine(scenario)
            if examined.found.proved:
                examined = examiner.repeat_proof(scenario, examined)
            self._take(examined, "explored")
            demand_enough(scenario, examined.found, self._source)
            total += examined.found.schedules
            self._look_for_hazards(examined)
            self._proved = self._proved and examined.found.proved
            bounded.append(examined.found.bounded)
        seconds, schedules = time.monotonic() - started, counted(total, "schedule")
        if self._proved:
            self._pass("explored", f"{total:,} that differ{'s' if total == 1 else ''} in effect", seconds)
        elif bounded and all(bounded):
            self._pass("explored", schedules, seconds, f"no failure with {self._explored[0].strategy}")
        else:
            sentence = f"no failure in {schedules}"
            in_full = all(explored.exhausted for explored in self._explored)
            why = "which proves nothing, see below" if in_full else "not every interleaving was explored"
            self._pass("explored", why, seconds, sentence)

    def _look_for_hazards(self, examined: Examined) -> None:
        """Warns of what could go wrong; not of the order of locks where a proof says that nobody gets stuck."""
        kinds = set(HazardKind) - ({HazardKind.LOCK_ORDER} if examined.found.proved else set())
        found = hazards_of((trace for _, trace in examined.found.sample), self._source, kinds)
        known = {(warning.kind, warning.lines) for warning in self._warnings}
        self._warnings += tuple(hazard for hazard in found if (hazard.kind, hazard.lines) not in known)

    def _check_parallel(self, examiner: Examiner, parallel: Parallel) -> None:
        started = time.monotonic()
        examined = examiner.examine(
            parallel.scenario, satisfied=lambda trace: trace.makespan_s < parallel.bound_s, witness=Earliest()
        )
        found = examined.found
        fastest = found.fastest
        self._take(examined, "parallel")
        if found.why is Why.SATISFIED:
            assert fastest is not None
            took = f"{fastest.makespan_s:.1f} s where one at a time takes {parallel.serial_s:.1f} s (virtual)"
            self._pass("parallel", took, time.monotonic() - started)
        elif found.proved and fastest is not None:
            self._fail("parallel", serial_finding(parallel, fastest, self._source, found.schedules))
        else:
            where = f"in {counted(found.schedules, 'schedule')} of {parallel.scenario.name!r}"
            message = f"{where} the work never overlapped, and not all could be tried"
            raise Stop(Verdict.UNCHECKED, message=message, reason=Reason.LIMIT)

    def _check_real(self) -> None:
        real, runs = self._spec.real, self._options.real_runs
        counts = {"fork": real.fork, "spawn": real.spawn}
        if runs is not None:
            counts = {method: int(runs) for method in counts}
        if not any(counts.values()):
            self._notes.append("real runs were left out")
            return
        started = time.monotonic()
        verdict: RealVerdict = judge_real_runs(self._file, real, counts, self._progress)
        if verdict.failure is not None:
            self._fail("real", real_finding(verdict.failure))
        if verdict.unclear:
            raise Stop(Verdict.UNCHECKED, message=verdict.unclear, reason=Reason.LIMIT)
        self._pass("real", verdict.summary, time.monotonic() - started)

    # The result

    def _pass(self, name: str, detail: str, seconds: float, sentence: str | None = None) -> None:
        done = self._checks[name]
        self._checks[name] = replace(
            done,
            sentence=sentence or done.sentence,
            outcome=Outcome.PASS,
            points=done.max_points,
            detail=detail,
            seconds=seconds,
        )

    def _fail(self, name: str, finding: Finding) -> None:
        if name in self._checks:
            sentence = finding.sentence.partition("\n")[0]
            self._checks[name] = replace(self._checks[name], outcome=Outcome.FAIL, detail=sentence)
        self._notes = [note for note in self._notes if not note.startswith(PROOF_REPEATED)]
        raise Stop(Verdict.FAIL, finding=finding)

    def _result_of(self, stop: Stop) -> Result:
        return self._result(stop.verdict, stop)

    def _result(self, verdict: Verdict, stop: Stop | None = None) -> Result:
        return Result(
            lab=self._spec.lab,
            title=self._spec.title,
            file=str(self._file),
            verdict=verdict,
            proved=verdict is Verdict.PASS and self._proved,
            reason=stop.reason if stop else None,
            message=stop.message if stop else "",
            checks=tuple(self._checks.values()),
            scenarios=tuple(self._explored),
            finding=stop.finding if stop else None,
            notes=tuple(self._notes),
            seconds=time.monotonic() - self._started,
            python=platform.python_version(),
            checker=__version__,
            seed=self._options.seed,
            start_method=self._options.start_method or "fork",
            warnings=self._warnings if verdict is Verdict.PASS else (),
        )
