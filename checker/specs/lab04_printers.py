"""What lab04_printers must show: every job done with two printers of its own, and two jobs at once on four printers."""

from __future__ import annotations

from collections import Counter

from checker.spec import Expectation, Mismatch, Observation, Output, Parallel, RealRuns, Scenario, Spec


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count} times")


def _every_job_done(clerks: int, jobs: int) -> Expectation:
    expected = Counter(
        f"clerk-{clerk} {verb} job {job}"
        for clerk in range(1, clerks + 1)
        for job in range(1, jobs + 1)
        for verb in ("starts", "ends")
    )

    def holds(seen: Observation) -> Mismatch | None:
        for line in sorted(expected | seen.line_counts):
            if " job " in line and seen.line_counts[line] != expected[line]:
                return Mismatch(f'"{line}" {_times(expected[line])}', _times(seen.line_counts[line]))
        return None

    return Expectation("jobs", "every clerk starts and ends every job", holds)


def _two_printers_each(printers: int) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        running: list[str] = []
        for line in seen.lines or ():
            if " starts job " in line:
                running.append(line.replace(" starts ", " "))
            elif line.replace(" ends ", " ") in running:
                running.remove(line.replace(" ends ", " "))
            if 2 * len(running) > printers:
                expected = f"two printers for each job, {printers} in all"
                return Mismatch(expected, f"{len(running)} jobs at the same time: {', '.join(running)}")
        return None

    return Expectation("printers", "a job has two printers to itself from its start to its end", holds)


def _by_the_clerks(clerks: int, jobs: int, print_s: float) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        lines = [(child, sum(" starts job " in line for line in child.printed)) for child in seen.children()]
        worked = [child for child, count in lines if count >= jobs]
        if len(worked) < clerks:
            return Mismatch(f"{clerks} processes that print the lines of their own jobs", f"{len(worked)}")
        hasty = [child for child in worked if child.slept_s < jobs * print_s]
        if hasty:
            return Mismatch(f"a job that takes {print_s} s", f"{hasty[0].name} sleeps {hasty[0].slept_s} s in all")
        return None

    sentence = "each clerk is a process of its own and does its own jobs"
    return Expectation("clerks", sentence, holds, kind="missing_process", real=False)


def _scenario(name: str, clerks: int, printers: int) -> Scenario:
    expectations = (_every_job_done(clerks, 1), _two_printers_each(printers), _by_the_clerks(clerks, 1, 0.0))
    return Scenario(name, (clerks, printers, 1, 0.0, 0.0), expectations, Output.ORDERED)


SPEC = Spec(
    lab="lab04_printers",
    title="Jobs that need two printers",
    scenarios=(_scenario("two clerks, two printers", 2, 2), _scenario("three clerks, two printers", 3, 2)),
    parallel=Parallel(
        sentence="with four printers, two jobs are printed at the same time",
        # Two clerks are enough to show it, and few enough to see every interleaving.
        scenario=Scenario(
            "two jobs of 1 s, four printers",
            (2, 4, 1, 0.0, 1.0),
            (_every_job_done(2, 1), _by_the_clerks(2, 1, 1.0)),
            Output.BAG,
        ),
        bound_s=1.5,
        serial_s=2.0,
    ),
    real=RealRuns((4, 4, 3, 0.005, 0.005), (_every_job_done(4, 3), _two_printers_each(4)), Output.ORDERED),
    published=("deadlock",),
    hints=(
        "When it stands still, how many printers does each clerk have, and how many are left?",
        "A clerk with one printer gives it back only after it got a second. How many may be in that state at once?",
        "A Lock can make the taking of two printers one thing that nobody gets into. Or a second Semaphore says how "
        "many may try at all.",
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
