"""What lab06_queue must show: every job printed exactly once, by workers who print at the same time and then end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from checker.counts import times
from checker.spec import Expectation, Mismatch, Observation, Output, Parallel, RealRuns, Scenario, Spec

# Other lines are the student's own.
_PRINTED = re.compile(r"worker-\d+ printed (job-.+)")


def _jobs_in(lines: Iterable[str]) -> list[str]:
    """The jobs that these lines say are printed."""
    return [match[1] for line in lines if (match := _PRINTED.fullmatch(line))]


def _each_job_once(jobs: int) -> Expectation:
    expected = Counter(f"job-{job}" for job in range(1, jobs + 1))

    def holds(seen: Observation) -> Mismatch | None:
        found = Counter(_jobs_in(seen.line_counts.elements()))
        for job in sorted(expected | found):
            if found[job] != expected[job]:
                return Mismatch(f"a line \"worker-... printed {job}\" {times(expected[job])}", times(found[job]))
        return None

    return Expectation("jobs", "every job is printed exactly once", holds)


def _by_the_workers(workers: int, jobs: int) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        children = seen.children()
        if len(children) < workers:
            return Mismatch(f"{workers} workers: processes of their own", f"{len(children)}")
        total = sum(len(_jobs_in(child.printed)) for child in children)
        if total < jobs:
            many = "one job" if jobs == 1 else f"{jobs} jobs"
            return Mismatch(f"{many} printed by the workers", f"{total}")
        return None

    sentence = "each worker is a process of its own, and the workers print the jobs"
    return Expectation("workers", sentence, holds, kind="missing_process", real=False)


def _from_a_queue() -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        for child in seen.children():
            printed = len(_jobs_in(child.printed))
            got = child.operations.get("queue.get", 0) + child.operations.get("simple_queue.get", 0)
            if got < printed:
                return Mismatch(f"as many jobs from a queue as {child.name} prints: {printed}", f"{got}")
        return None

    return Expectation("queue", "the workers get their jobs from a queue, one by one", holds, real=False)


def _took_time(print_s: float) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        for child in seen.children():
            asked_s = len(_jobs_in(child.printed)) * print_s
            if child.slept_s < asked_s:
                expected = f"{child.name} sleeps {asked_s:.1f} s in all (print_s = {print_s} s for each job)"
                return Mismatch(expected, f"{child.slept_s:.1f} s")
        return None

    return Expectation("printing", "each job takes print_s", holds, real=False)


def _scenario(name: str, workers: int, jobs: int, print_s: float) -> Scenario:
    asked = (_each_job_once(jobs), _by_the_workers(workers, jobs), _from_a_queue())
    took_time = (_took_time(print_s),) if print_s else ()
    return Scenario(
        name,
        (workers, jobs, 0.0, print_s),
        (*asked, *took_time),
        Output.BAG,
        # Workers that are daemons are terminated when main ends.
        exit_codes={f"worker-{worker}": (0, -15) for worker in range(1, workers + 1)},
    )


SPEC = Spec(
    lab="lab06_queue",
    title="Many workers, one queue",
    scenarios=(_scenario("two workers, one job", 2, 1, 0.0), _scenario("three workers, one job", 3, 1, 0.0)),
    parallel=Parallel(
        sentence="jobs are printed at the same time",
        scenario=_scenario("two workers, two jobs of 1 s", 2, 2, 1.0),
        bound_s=1.5,
        serial_s=2.0,
    ),
    real=RealRuns((5, 9, 0.005, 0.01), (_each_job_once(9),), Output.BAG, timeout_s=5.0),
    published=("hang", "deadlock", "wrong_result"),
    hints=(
        "Look at the two lines that use the queue. What may the other workers do between them?",
        "`empty()` says what was true a moment ago, and what was just put may not be there yet. How else can a worker "
        "learn that no more jobs come?",
        "Put one more thing into the queue for each worker, one that means: no more jobs. Or see JoinableQueue.",
    ),
    lesson=(
        "What `empty()` or `qsize()` says is old when it is read: another worker may have taken the item, and an item "
        "that was put may still be on its way. A timeout has the same fault, it only guesses better. The end has to "
        "be a message: one sentinel for each worker behind the last job, or a JoinableQueue whose `join` waits until "
        "each item was reported with `task_done`. Rule to remember: never ask whether there is something, just take "
        "it, and let the sender say when it is over."
    ),
    link="https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Queue",
)
