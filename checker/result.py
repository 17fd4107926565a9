"""What is reported: verdict, finding and result. Plain data, made by `check`, rendered by `report`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from checker.trace import Trace


class Verdict(Enum):
    """The one set of verdicts."""

    PASS = "pass"
    FAIL = "fail"
    ERROR = "error"  # the student's file cannot be run
    UNCHECKED = "unchecked"  # could not be checked; `Result.reason` says why


class Reason(Enum):
    """Why a result is `unchecked`."""

    LIMIT = "limit"
    INFRA = "infra"


class Kind(Enum):
    """What a finding is about."""

    DEADLOCK = "deadlock"
    HANG = "hang"
    LIVELOCK = "livelock"
    STARVATION = "starvation"
    WRONG_RESULT = "wrong_result"
    EXCEPTION = "exception"
    DATA_RACE = "data_race"
    TOO_SERIAL = "too_serial"
    MISSING_PROCESS = "missing_process"
    LEFTOVER_PROCESS = "leftover_process"
    ENDLESS_LOOP = "endless_loop"
    NOT_REPEATABLE = "not_repeatable"
    REAL_RUN = "real_run"
    PROTOCOL = "protocol"


class HazardKind(Enum):
    """What a warning is about."""

    DATA_RACE = "data_race"
    ATOMICITY = "atomicity"
    LOCK_ORDER = "lock_order"
    CALLED_TARGET = "called_target"


class Outcome(Enum):
    """What became of one check."""

    PASS = "pass"
    FAIL = "fail"
    NOT_RUN = "not_run"


@dataclass(frozen=True, slots=True)
class WaitLine:
    """One line of "who waits for whom", in the student's names: "teller-1 holds alice and waits for bob"."""

    task: str
    holds: tuple[str, ...]
    waits_for: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of a failing schedule as the student sees it.

    `n` counts from 1. `task` is the name of the process, `op` a word ("acquire", "read 4", "print 'ab'"), `object`
    the student's name for the thing, or "". `blocked` says that the operation never was granted. `clock_s` is the
    virtual time of the process after the step, in seconds; None where time does not matter. `named` says that the
    story, or who waits for whom, is about this step: it is never left out. `failed`: it is no operation, but where the
    process failed, and `op` is the type of the exception.
    """

    n: int
    task: str
    op: str
    object: str
    line: int | None
    blocked: bool
    clock_s: float | None = None
    named: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One failure, seen in fresh processes.

    `sentence` says it in one or two sentences. `schedule` is the text that `replay --schedule` takes, "" where no
    schedule is involved (a real run). `number` is the number of the schedule in this check, from 1; `replayed` and
    `replays` say how many of how many replays in fresh processes failed in the same way. `expected` and `actual` are
    texts for a wrong result. `lane_tasks` are the process names that take part, in the order of their lanes. `line` is
    where to look first.
    """

    kind: Kind
    sentence: str
    scenario: str
    schedule: str
    number: int
    replayed: int
    replays: int
    preemptions: int
    steps: tuple[StepLine, ...]
    lane_tasks: tuple[str, ...]
    waits: tuple[WaitLine, ...]
    expected: str | None
    actual: str | None
    line: int | None
    traceback: str | None = None
    trace: Trace | None = None
    story: str = ""
    """The causes of a wrong result or a hang, in one or two sentences, where the schedule shows them."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """A warning: it hurt in no schedule that was tried, and changes no verdict. `tasks` are the names of processes."""

    kind: HazardKind
    sentence: str
    lines: tuple[int, ...]
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One of the things asked of a lab: "explored", "parallel" or "real". `detail` is the report's text behind it."""

    name: str
    sentence: str
    outcome: Outcome
    points: int
    max_points: int
    detail: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Share:
    """What one strategy had of an exploration.

    `schedules` counts its complete ones, `cut` those that ran into the step limit; `failed` says that it found the
    failure.
    """

    strategy: str
    schedules: int
    cut: int
    failed: bool


@dataclass(frozen=True, slots=True)
class Pct:
    """What PCT's theorem (Burckhardt et al., ASPLOS 2010) says of schedules that were drawn at random.

    If no schedule of the scenario has more than `tasks` n and `steps` k, each of the last `schedules` of PCT, which
    look for bugs of depth d = 1, 2, 3 in turn, finds a given one of its depth with a probability of 1/(n·k^(d-1)).
    """

    tasks: int
    steps: int
    schedules: int


@dataclass(frozen=True, slots=True)
class Explored:
    """How one scenario was explored.

    `schedules` counts complete ones, `pruned` those cut off because an equivalent one was explored, `steps` all steps
    of both. `exhausted` says that no interleaving that differs in effect is left. `shares` are those of the strategies.
    `pct` is None where nothing was drawn.
    """

    name: str
    schedules: int
    pruned: int
    steps: int
    exhausted: bool
    strategy: str
    seconds: float
    shares: tuple[Share, ...] = ()
    pct: Pct | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What the check of one file said.

    `message` is the line for `error` and `unchecked`. `notes` are remarks that change nothing (a proof repeated in
    fresh processes, say), and so are `warnings`, of which only a pass has any. Times are wall seconds.
    """

    lab: str | None
    title: str
    file: str
    verdict: Verdict
    proved: bool
    reason: Reason | None
    message: str
    checks: tuple[Check, ...]
    scenarios: tuple[Explored, ...]
    finding: Finding | None
    notes: tuple[str, ...]
    seconds: float
    python: str
    checker: str
    seed: int
    start_method: str
    sandbox: str = "none"
    warnings: tuple[Hazard, ...] = ()
    arguments: tuple[str, ...] = ()
    """Of a script that was explored: what follows it on the command line."""
