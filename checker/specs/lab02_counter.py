"""What lab02_counter must show: every visitor counted, by turnstiles that let people in at the same time."""

from __future__ import annotations

import re

from checker.counts import times
from checker.spec import Expectation, Mismatch, Observation, Output, Parallel, ProcessSeen, RealRuns, Scenario, Spec

# Operations that tell nobody anything about the count.
_NEUTRAL = ("lock.", "process.", "signal.", "stdout.", "stderr.", "sleep", "clock", "exit", "queue.join_thread")
_SILENT = (*_NEUTRAL, "memory.read")


# Operations that tell main nothing about the count.
_DEAF = (*_NEUTRAL, "memory.write", "queue.put", "simple_queue.put")
_COUNTED = re.compile(r"-?\d+ of \d+ visitors counted")


def _tells(process: ProcessSeen) -> bool:
    operations = process.operations
    # A semaphore can count, too: who gives more than it takes tells something.
    gave = operations.get("lock.release", 0) > operations.get("lock.acquire", 0)
    return gave or any(not kind.startswith(_SILENT) for kind in operations)


def _all_counted(total: int) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        if seen.returned != total:
            return Mismatch(f"main returns {total}", f"{seen.returned!r}")
        line = f"{total} of {total} visitors counted"
        wrong = [found for found in seen.line_counts if _COUNTED.fullmatch(found) and found != line]
        if wrong or seen.line_counts[line] != 1:
            return Mismatch(f"{line} (printed once, as main returns)", wrong[0] if wrong else "no such line")
        return None

    return Expectation("count", "every visitor is counted", holds)


def _by_the_turnstiles(turnstiles: int) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        counted = sum(map(_tells, seen.children()))
        if counted < turnstiles:
            return Mismatch(f"{turnstiles} processes that count their own visitors", f"{counted}")
        return None

    sentence = "each turnstile is a process of its own and counts its own visitors"
    return Expectation("turnstiles", sentence, holds, kind="missing_process", real=False)


def _main_only_asks() -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        (main,) = (process for process in seen.processes or () if process.path == "main")
        asked = [kind for kind in main.operations if kind == "lock.value" or not kind.startswith(_DEAF)]
        if not asked:
            return Mismatch("main reads or receives what the turnstiles have counted", "main asks nobody", "main")
        wrote = any(kind.startswith("memory.write") for kind in main.operations)
        # Who receives numbers may well add them up in shared memory; who only reads it has no reason to.
        if wrote and all(kind.startswith("memory.") for kind in asked):
            return Mismatch("main only reads the number", "main writes into shared memory, too", "main")
        return None

    sentence = "main reads what the turnstiles have counted, or receives it, and writes nothing into shared memory"
    return Expectation("main", sentence, holds, real=False)


def _walked(turnstiles: int, visitors: int, walk_s: float) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        walks = sorted((child.operations.get("sleep", 0), child.slept_s, child.name) for child in seen.children())
        for sleeps, slept_s, name in walks[-turnstiles:]:
            if sleeps < visitors or slept_s < visitors * walk_s:
                asked = f"{times(visitors)}, {visitors * walk_s:.1f} s in all (walk_s = {walk_s} s for each visitor)"
                return Mismatch(f"{name} sleeps {asked}", f"{times(sleeps)}, {slept_s:.1f} s in all")
        return None

    return Expectation("walking", "at each turnstile, each visitor walks for walk_s", holds, real=False)


def _scenario(name: str, turnstiles: int, walk_s: float) -> Scenario:
    # Two visitors each: one sleep before the loop is not one for each visitor.
    asked = (_all_counted(turnstiles * 2), _by_the_turnstiles(turnstiles), _main_only_asks())
    walked = (_walked(turnstiles, 2, walk_s),) if walk_s else ()
    return Scenario(name, (turnstiles, 2, walk_s), (*asked, *walked), Output.BAG)


SPEC = Spec(
    lab="lab02_counter",
    title="Three turnstiles, one counter",
    scenarios=(_scenario("three turnstiles, two visitors each", 3, 0.0),),
    parallel=Parallel(
        sentence="people walk through different turnstiles at the same time",
        scenario=_scenario("two turnstiles, two visitors each, who walk for 1 s", 2, 1.0),
        bound_s=3.0,
        serial_s=4.0,
    ),
    real=RealRuns((4, 30, 0.001), (_all_counted(4 * 30),), Output.BAG),
    published=("wrong_result",),
    hints=(
        "Look at the line that counts: what does it do with the number, in what order, and what happens in between?",
        "Between reading the number and writing it back another turnstile may have written it. Who keeps it out?",
        "A Value has a lock that can be held for longer than one access: see get_lock() in its documentation.",
    ),
    lesson=(
        "`count.value += 1` is a read and then a write. What another process has written between the two is "
        "overwritten: its update is lost. The lock inside a Value protects each access by itself, not the two "
        "together, so it has to be held over both. Rule to remember: read, change and write back under one and the "
        "same lock, or give each process a number of its own and add up at the end."
    ),
    link="https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Value",
)
