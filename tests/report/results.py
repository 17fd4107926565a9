"""Results made by hand, for the tests of reports and of the command line."""

from __future__ import annotations

from checker.result import (
    Check,
    Explored,
    Finding,
    Kind,
    Outcome,
    Reason,
    Result,
    Share,
    StepLine,
    Verdict,
    WaitLine,
)
from checker.spec import RealRuns, Scenario, Spec

FILE = "labs/lab03_transfer.py"

SPEC = Spec(
    lab="lab03_transfer",
    title="Two tellers, two accounts",
    scenarios=(Scenario("there and back", ([[0, 1, 30], [1, 0, 20]], 1, 0.0), ()),),
    parallel=None,
    real=RealRuns((), ()),
    published=("deadlock",),
    hints=("one", "two", "three"),
    lesson="Two processes that take two locks in opposite orders can wait for each other for ever. "
    "Rule to remember: number your locks, and always take the lower number first.",
    link="https://docs.python.org/3/library/multiprocessing.html",
)

DEADLOCK = Finding(
    kind=Kind.DEADLOCK,
    sentence="teller-1 and teller-2 wait for each other.",
    scenario="there and back",
    schedule="main 1 2 1 2",
    number=2,
    replayed=3,
    replays=3,
    preemptions=1,
    steps=(
        StepLine(1, "main", "start", "teller-1", 70, blocked=False),
        StepLine(2, "main", "start", "teller-2", 70, blocked=False),
        StepLine(3, "main", "start", "auditor", 70, blocked=False),
        StepLine(4, "auditor", "acquire", "carol", 40, blocked=False),
        StepLine(5, "teller-1", "acquire", "alice", 24, blocked=False),
        StepLine(6, "teller-2", "acquire", "bob", 24, blocked=False),
        StepLine(7, "main", "join", "teller-1", 72, blocked=True),
        StepLine(8, "teller-1", "acquire", "bob", 25, blocked=True),
        StepLine(9, "teller-2", "acquire", "alice", 25, blocked=True),
    ),
    lane_tasks=("teller-1", "teller-2"),
    waits=(WaitLine("teller-1", ("alice",), "bob"), WaitLine("teller-2", ("bob",), "alice")),
    expected=None,
    actual=None,
    line=25,
)

_NOT_RUN = (
    Check("parallel", "disjoint transfers overlap", Outcome.NOT_RUN, 0, 2),
    Check("real", "it finishes for real", Outcome.NOT_RUN, 0, 2),
)
_EXPLORED = Explored(
    *("there and back", 2, 1, 40),
    exhausted=False,
    strategy="dpor",
    seconds=0.01,
    shares=(Share("dpor", 2, 0, failed=True),),
)


def result(verdict: Verdict, **fields) -> Result:
    values = {
        "lab": "lab03_transfer",
        "title": SPEC.title,
        "file": FILE,
        "verdict": verdict,
        "proved": False,
        "reason": None,
        "message": "",
        "checks": (),
        "scenarios": (_EXPLORED,),
        "finding": None,
        "notes": (),
        "seconds": 0.25,
        "python": "3.11.7",
        "checker": "0.1.0",
        "seed": 0,
        "start_method": "fork",
    }
    return Result(**(values | fields))


FAILED = result(
    Verdict.FAIL,
    checks=(Check("explored", "every interleaving holds", Outcome.FAIL, 0, 6), *_NOT_RUN),
    finding=DEADLOCK,
)

PASSED = result(
    Verdict.PASS,
    proved=True,
    checks=(
        Check("explored", "every interleaving holds", Outcome.PASS, 6, 6, "90 that differ in effect", 0.3),
        Check(
            "parallel",
            "disjoint transfers overlap",
            Outcome.PASS,
            2,
            2,
            "1.0 s where one at a time takes 2.0 s (virtual)",
        ),
        Check("real", "", Outcome.PASS, 2, 2, "10 of 10 runs under fork, 2 of 2 under spawn", 0.9),
    ),
)

ERROR = result(
    Verdict.ERROR,
    message="labs/lab03_transfer.py:25 is not Python: invalid syntax\n    with locks[source]\n                      ^\n"
    "Put it right, then run python -m checker lab3 again.",
)

UNCHECKED = result(
    Verdict.UNCHECKED, reason=Reason.LIMIT, message="60 s were over after 12 schedules; give more with --seconds 300."
)
