"""What lab02_counter must show: every visitor counted, by turnstiles that let people in at the same time."""

from __future__ import annotations

from checker.spec import Expectation, Mismatch, Observation, Parallel, ProcessSeen, RealRuns, Scenario, Spec

# Operations that tell nobody anything about the count.
_SILENT = ("lock.", "memory.read", "process.", "signal.", "stdout.", "stderr.", "sleep", "clock", "exit")


def _tells(process: ProcessSeen) -> bool:
    return any(not kind.startswith(_SILENT) for kind in process.operations)


def _all_counted(total: int) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        return None if seen.returned == total else Mismatch(f"{total} visitors counted", f"{seen.returned}")

    return Expectation("count", "every visitor is counted", holds)


def _by_the_turnstiles(turnstiles: int, visitors: int, walk_s: float) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        walked = [child for child in seen.children() if child.slept_s >= visitors * walk_s]
        if len(walked) < turnstiles:
            return Mismatch(f"{turnstiles} processes that sleep walk_s for each visitor", f"{len(walked)}")
        counted = sum(map(_tells, walked))
        if counted < turnstiles:
            return Mismatch(f"{turnstiles} processes that count their own visitors", f"{counted}")
        return None

    sentence = "each turnstile is a process that lets its visitors walk through and counts them"
    return Expectation("turnstiles", sentence, holds, kind="missing_process", real=False)


def _scenario(name: str, visitors: int, walk_s: float) -> Scenario:
    expectations = (_all_counted(3 * visitors), _by_the_turnstiles(3, visitors, walk_s))
    return Scenario(name, (3, visitors, walk_s), expectations)


SPEC = Spec(
    lab="lab02_counter",
    title="Three turnstiles, one counter",
    scenarios=(_scenario("two visitors each", 2, 0.0),),
    parallel=Parallel(
        sentence="people walk through different turnstiles at the same time",
        scenario=_scenario("one visitor each, who walks for 1 s", 1, 1.0),
        bound_s=2.0,
        serial_s=3.0,
    ),
    real=RealRuns((4, 30, 0.002), (_all_counted(4 * 30),)),
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
