"""Judges the program uncontrolled: real runs under fork and spawn must finish, leave nothing, and show the same."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from checker.analysis.exceptions import exceptions_told
from checker.judge import Failure, judge_observation
from checker.realrun import RealOutcome, RealRun, run_many
from checker.result import Kind
from checker.spec import Observation, Output, RealRuns

_LARGER = "\nthe calls that were explored are right: what do more processes, or more work for each, change?"


@dataclass(frozen=True, slots=True)
class RealFailure:
    """Why real runs fail. `kind` is REAL_RUN, or LEFTOVER_PROCESS."""

    kind: Kind
    sentence: str
    expected: str | None = None
    actual: str | None = None
    traceback: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class RealVerdict:
    """What the real runs say: a failure, or a summary, or (`unclear`) why nothing can be said."""

    failure: RealFailure | None
    summary: str
    unclear: str = ""


def judge_real_runs(
    file: Path, real: RealRuns, counts: Mapping[str, int], progress: Callable[[str], None]
) -> RealVerdict:
    """Runs the program `counts[method]` times under each start method that this system has."""
    methods = [m for m in multiprocessing.get_all_start_methods() if counts.get(m)]
    good: dict[str, int] = {}
    bad: dict[str, tuple[RealRun, Failure | None]] = {}
    for method in methods:
        progress(f"real runs under {method}")
        runs = run_many(
            file, list(real.args), [method] * counts[method], real.timeout_s, lambda run: _holds(real, run)
        )
        good[method] = sum(_holds(real, run) for run in runs)
        if runs and not _holds(real, runs[-1]):
            bad[method] = (runs[-1], _mismatch(real, runs[-1]))
    failed = {method: (run, why) for method, (run, why) in bad.items() if run.outcome is not RealOutcome.TIMEOUT}
    if failed:
        return RealVerdict(_failure(file, methods, failed), "")
    if bad:
        method, (run, _) = next(iter(bad.items()))
        unclear = f"a real run under {method} took too long, and something still ran: {run.sentence}"
        return RealVerdict(None, "", unclear)
    summary = ", ".join(
        f"{good[m]} of {counts[m]} {'runs ' if i == 0 else ''}under {m}" for i, m in enumerate(methods)
    )
    return RealVerdict(None, summary)


def _holds(real: RealRuns, run: RealRun) -> bool:
    return run.outcome is RealOutcome.FINISHED and _mismatch(real, run) is None


def _mismatch(real: RealRuns, run: RealRun) -> Failure | None:
    if run.outcome is not RealOutcome.FINISHED:
        return None
    lines = tuple(run.stdout.splitlines())
    seen = Observation(
        returned=run.returned,
        lines=lines if real.output is Output.ORDERED else None,
        line_counts=Counter(() if real.output is Output.IGNORED else lines),
        processes=None,
    )
    return judge_observation(tuple(e for e in real.expectations if e.real), seen)


def _failure(file: Path, methods: list[str], failed: Mapping[str, tuple[RealRun, Failure | None]]) -> RealFailure:
    method, (run, why) = next(iter(failed.items()))
    where = f"under {method}" if len(failed) < len(methods) else f"under {' and '.join(failed)}"
    if len(failed) < len(methods):
        others = [m for m in methods if m not in failed]
        where += f" (but not under {' or '.join(others)})"
    leftover = all(r.outcome is RealOutcome.LEFTOVER for r, _ in failed.values())
    kind = Kind.LEFTOVER_PROCESS if leftover else Kind.REAL_RUN
    said, line = exceptions_told(run.stderr, str(file.resolve()))
    if why is not None:
        errors = f"\nthe processes said on stderr: {said}" if said else ""
        return RealFailure(kind, f"run for real {where}: {why.sentence}{errors}", why.expected, why.actual, line=line)
    larger = "" if said or kind is not Kind.REAL_RUN or len(failed) < len(methods) else _LARGER
    sentence = f"run for real {where}: {run.sentence}{larger}"
    return RealFailure(kind, sentence, traceback=run.stderr.strip() or None, line=line)
