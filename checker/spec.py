"""What a lab must show: data plus small predicates, shared by the broken lab, its solution and every submission.

`checker/specs/NAME.py` holds one `SPEC`. A predicate looks at an `Observation` of one schedule (or one real run) and
says None, or what it expected and what it saw. Its `sentence` is the sentence in the report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from checker.trace import Json


class Output(Enum):
    """What of the printed text a scenario's expectations look at; it decides which interleavings differ in effect."""

    ORDERED = "ordered"  # the text as it stands: `Observation.lines` is there
    BAG = "bag"  # which whole lines there are, in any order: only `Observation.line_counts` is there
    IGNORED = "ignored"  # nothing printed matters


class Progress(Enum):
    """What a scenario demands of programs that try again and again."""

    GUARANTEED = "guaranteed"  # however the others run, if only each of them runs again and again, the program ends
    POSSIBLE = "possible"  # it can always end; that it may go round for ever if all are unlucky is a remark


class ProcessSeen(NamedTuple):
    """One process of the program, main included (path "main"), as seen in one schedule.

    `operations` counts its finished operations by kind ("lock.acquire", "memory.write", "sleep" …), `printed` its
    lines on stdout (empty for Output.IGNORED; order within one process is its own and always known), `slept_s` its
    virtual seconds of sleep. Real runs know none of these: there `Observation.processes` is None.
    """

    path: str
    name: str
    daemon: bool
    exit_code: int | None
    operations: Mapping[str, int]
    printed: tuple[str, ...]
    slept_s: float


@dataclass(frozen=True, slots=True)
class Observation:
    """What a predicate may look at. Which order lines came in is hidden where the scenario takes them as a bag."""

    returned: Json
    lines: tuple[str, ...] | None
    line_counts: Counter[str]
    processes: tuple[ProcessSeen, ...] | None

    def children(self) -> tuple[ProcessSeen, ...]:
        """The processes that main started, directly or not; empty in a real run."""
        return tuple(p for p in self.processes or () if p.path != "main")


class Mismatch(NamedTuple):
    """Why a predicate does not hold: "expected …, instead …". Both are short texts, at most a few lines.

    `task` is the path of the process whose doing it is, where it is that of one.
    """

    expected: str
    actual: str
    task: str | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that every schedule of a scenario must show.

    `kind` is the finding's kind when it fails: "wrong_result" or "missing_process". `real` says whether it is checked
    in real runs as well (an expectation about processes cannot be).
    """

    name: str
    sentence: str
    holds: Callable[[Observation], Mismatch | None]
    kind: str = "wrong_result"
    real: bool = True


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way to call the program's `main(*args)`, and what must be right whenever it is called so.

    `schedules` is the budget: how many complete schedules to explore at most. `minimum` complete schedules without
    failure are a pass (not proved) when the budget is spent; fewer are "unchecked". `steps` bounds one schedule.
    `exit_codes` says which exit codes child processes may have, by process name; any other must be 0. `forbidden` are
    the hazards that are failures here and not mere warnings ("data_race", "atomicity", "lock_order"): a finding of kind
    "data_race". `progress` is what is demanded of those who try again. `patience_s` virtual seconds are what a task may
    have to wait at most in the fair schedule, first come first served; None: as long as it likes.
    """

    name: str
    args: tuple[Json, ...]
    expectations: tuple[Expectation, ...]
    output: Output = Output.IGNORED
    schedules: int = 3000
    minimum: int = 200
    steps: int = 2000
    exit_codes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    forbidden: tuple[str, ...] = ()
    progress: Progress = Progress.GUARANTEED
    patience_s: float | None = None


@dataclass(frozen=True, slots=True)
class Parallel:
    """The work must still overlap: the smallest virtual makespan over the explored schedules stays under `bound_s`.

    `serial_s` is the makespan of a version that does one thing at a time, in virtual seconds, for the report. The
    bound lies midway between the reference's makespan and `serial_s`.
    """

    sentence: str
    scenario: Scenario
    bound_s: float
    serial_s: float


@dataclass(frozen=True, slots=True)
class RealRuns:
    """The program uncontrolled: `main(*args)` must finish in `timeout_s` wall seconds and show the same.

    `output` as in a scenario. `args` are larger than the proof's, but small enough to end in about 0.2 s.
    """

    args: tuple[Json, ...]
    expectations: tuple[Expectation, ...]
    output: Output = Output.IGNORED
    fork: int = 10
    spawn: int = 2
    timeout_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Spec:
    """All that is asked of one lab.

    `title` is a few words ("Two tellers, two accounts"). `scenarios` are explored in order, all with the aim of a
    proof. `published` is the finding kind that the lab as published gets. `points` are for: the scenarios together,
    parallel, real runs. `hints` go from where to look to which primitive, never the code. `lesson` is what was learned,
    shown after a pass, `link` the page of Python's documentation.
    """

    lab: str
    title: str
    scenarios: tuple[Scenario, ...]
    parallel: Parallel | None
    real: RealRuns
    published: tuple[str, ...]
    hints: tuple[str, str, str]
    lesson: str
    link: str
    points: tuple[int, int, int] = (6, 2, 2)
