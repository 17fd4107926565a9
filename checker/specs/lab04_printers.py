"""What lab04_printers must show: every job done with two printers of its own, and two jobs at once on four printers."""

from __future__ import annotations

import re
from collections import Counter

from checker.counts import counted, times
from checker.spec import (
    Expectation,
    Mismatch,
    Observation,
    Output,
    Parallel,
    ProcessSeen,
    Progress,
    RealRuns,
    Scenario,
    Spec,
)

# Other lines are the student's own.
_OF_A_JOB = re.compile(r"clerk-\d+ (starts|ends) job \d+")


def _every_job_done(clerks: int, jobs: int) -> Expectation:
    expected = Counter(
        f"clerk-{clerk} {verb} job {job}"
        for clerk in range(1, clerks + 1)
        for job in range(1, jobs + 1)
        for verb in ("starts", "ends")
    )

    def holds(seen: Observation) -> Mismatch | None:
        for line in sorted(expected | seen.line_counts):
            if _OF_A_JOB.fullmatch(line) and seen.line_counts[line] != expected[line]:
                return Mismatch(f'"{line}" {times(expected[line])}', times(seen.line_counts[line]))
        return None

    return Expectation("jobs", "every clerk starts and ends every job", holds)


def _two_printers_each(printers: int) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        running: list[str] = []
        for line in seen.lines or ():
            if not _OF_A_JOB.fullmatch(line):
                continue
            if " starts job " in line:
                running.append(line.replace(" starts ", " "))
            elif line.replace(" ends ", " ") in running:
                running.remove(line.replace(" ends ", " "))
            if 2 * len(running) > printers:
                most = counted(printers // 2, "job")
                expected = f"at most {most} at the same time: there are {printers} printers, and each job needs two"
                return Mismatch(expected, f"{len(running)} jobs at the same time: {', '.join(running)}")
        return None

    return Expectation("printers", "a job has two printers to itself from its start to its end", holds)


def _started(child: ProcessSeen) -> int:
    return sum(" starts " in line for line in child.printed if _OF_A_JOB.fullmatch(line))


def _by_the_clerks(clerks: int, jobs: int) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        worked = sum(_started(child) >= jobs for child in seen.children())
        if worked < clerks:
            many = "a process that prints" if clerks == 1 else f"{clerks} processes that print"
            return Mismatch(f"{many} the lines of their own jobs", f"{worked}")
        return None

    sentence = "each clerk is a process of its own and does its own jobs"
    return Expectation("clerks", sentence, holds, kind="missing_process", real=False)


def _printed(print_s: float) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        for child in seen.children():
            asked_s = _started(child) * print_s
            if child.slept_s < asked_s:
                expected = f"{child.name} sleeps {asked_s:.1f} s in all (print_s = {print_s} s for each job)"
                return Mismatch(expected, f"{child.slept_s:.1f} s")
        return None

    return Expectation("printing", "each job takes print_s", holds, real=False)


def _scenario(name: str, clerks: int, printers: int) -> Scenario:
    expectations = (_every_job_done(clerks, 1), _two_printers_each(printers), _by_the_clerks(clerks, 1))
    arguments = (clerks, printers, 1, 0.0, 0.0)
    return Scenario(name, arguments, expectations, Output.ORDERED, progress=Progress.GUARANTEED)


def _long_jobs(name: str, clerks: int, printers: int, jobs: int) -> Scenario:
    expectations = (_every_job_done(clerks, jobs), _by_the_clerks(clerks, jobs), _printed(1.0))
    arguments = (clerks, printers, jobs, 0.0, 1.0)
    return Scenario(name, arguments, expectations, Output.BAG, progress=Progress.GUARANTEED)


SPEC = Spec(
    lab="lab04_printers",
    title="Jobs that need two printers",
    scenarios=(
        _scenario("two clerks, two printers", 2, 2),
        _scenario("three clerks, two printers", 3, 2),
        # For those who count pairs of printers, and round up.
        _scenario("two clerks, three printers", 2, 3),
        _long_jobs("one clerk, two jobs of 1 s", 1, 2, 2),
    ),
    parallel=Parallel(
        sentence="with four printers, two jobs are printed at the same time",
        # Two clerks are enough to show it, and few enough to see every interleaving.
        scenario=_long_jobs("two clerks, four printers, jobs of 1 s", 2, 4, 1),
        bound_s=1.5,
        serial_s=2.0,
    ),
    real=RealRuns((4, 4, 3, 0.005, 0.005), (_every_job_done(4, 3), _two_printers_each(4)), Output.ORDERED),
    published=("deadlock",),
    hints=(
        "When it stands still, how many printers does each clerk have, and how many are left?",
        "A clerk with one printer gives it back only after it got a second. How many may be in that state at once?",
        "A Lock is enough, and so is a second Semaphore. Where may only one clerk be at a time, or not all of them?",
    ),
    lesson=(
        "When everybody holds a part of what all need and waits for the rest, nobody gives anything back: a deadlock, "
        "even with one kind of thing and no order to get wrong. Take all that you need as one step, or let so few try "
        "that one of them can always go on. A BoundedSemaphore also tells when something is given back too often (not "
        "on macOS, where it cannot read its own value). Rule to remember: never wait for the second with the first in "
        "your hand, unless you can say who is able to give it."
    ),
    link="https://docs.python.org/3/library/multiprocessing.html#multiprocessing.BoundedSemaphore",
)
