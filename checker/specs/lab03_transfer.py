"""What lab03_transfer must show: all transfers made, no money missing in the audit, tellers that do not stop others."""

from __future__ import annotations

from checker.spec import Expectation, Mismatch, Observation, Parallel, ProcessSeen, Progress, RealRuns, Scenario, Spec
from checker.trace import Json

_START = (100, 100, 100, 100)
# Operations that touch nobody's money.
_SILENT = ("lock.", "process.", "signal.", "stdout.", "stderr.", "sleep", "clock", "exit")
# Operations by which main can learn what came out.
_ASKING = ("memory.read", "queue.get", "simple_queue.get", "lock.value")


def _part(seen: Observation, key: str) -> Json:
    return seen.returned.get(key) if isinstance(seen.returned, dict) else seen.returned


def _accesses(process: ProcessSeen) -> int:
    return sum(count for kind, count in process.operations.items() if not kind.startswith(_SILENT))


def _transfers_made(jobs: list[list[int]], rounds: int) -> Expectation:
    balances = list(_START)
    for source, target, amount in jobs:
        balances[source] -= amount * rounds
        balances[target] += amount * rounds

    def holds(seen: Observation) -> Mismatch | None:
        found = _part(seen, "balances")
        return None if found == balances else Mismatch(f"main returns the balances {balances}", f"{found!r}")

    return Expectation("transfers", "all transfers are made", holds)


def _audit_right() -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        found = _part(seen, "audit")
        return None if found == sum(_START) else Mismatch(f"main returns an audit of {sum(_START)}", f"{found!r}")

    return Expectation("audit", "the audit finds all the money", holds)


def _staff(seen: Observation) -> list[ProcessSeen]:
    # A teller reads and writes balances, the auditor reads them and writes the audit: two accesses at least.
    return [child for child in seen.children() if _accesses(child) >= 2]


def _by_tellers_and_auditor(tellers: int) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        found = len(_staff(seen))
        if found > tellers:
            return None
        many = "one teller" if tellers == 1 else f"{tellers} tellers"
        return Mismatch(f"{many} and an auditor: {tellers + 1} processes that work with the money", f"{found}")

    sentence = "each teller is a process of its own, and so is the auditor"
    return Expectation("processes", sentence, holds, kind="missing_process", real=False)


def _money_counted(tellers: int, rounds: int, count_s: float) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        # The auditor sleeps only once; where the student changed its name, the next after those who sleep longest.
        staff = sorted(_staff(seen), key=lambda child: -child.slept_s)
        auditors = [child for child in staff if child.name == "auditor"][:1] or staff[tellers : tellers + 1]
        others = [child for child in staff if child not in auditors][:tellers]
        for child, times in [*((other, rounds) for other in others), *((auditor, 1) for auditor in auditors)]:
            if child.slept_s < times * count_s:
                asked = f"for count_s = {count_s} s"
                if times > 1:
                    asked = f"{times * count_s:.1f} s in all (count_s = {count_s} s in each round)"
                return Mismatch(f"{child.name} sleeps {asked}", f"{child.slept_s:.1f} s")
        return None

    sentence = "each teller counts the money for count_s in every round, and the auditor writes a report for count_s"
    return Expectation("counting", sentence, holds, real=False)


def _main_asks() -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        (main,) = (process for process in seen.processes or () if process.path == "main")
        if any(kind.startswith(_ASKING) for kind in main.operations):
            return None
        return Mismatch("main reads or receives the balances and the audit", "main asks nobody", "main")

    return Expectation("main", "what main returns comes from the accounts and the auditor", holds, real=False)


def _scenario(name: str, jobs: list[list[int]], rounds: int, count_s: float) -> Scenario:
    asked = (_transfers_made(jobs, rounds), _audit_right(), _by_tellers_and_auditor(len(jobs)), _main_asks())
    counted = (_money_counted(len(jobs), rounds, count_s),) if count_s else ()
    expectations = (*asked, *counted)
    return Scenario(name, (jobs, rounds, count_s), expectations, progress=Progress.GUARANTEED)


# There and back twice, and a ring of three.
_REAL_JOBS = [[0, 1, 3], [1, 0, 2], [1, 2, 2], [2, 0, 4], [2, 3, 1], [3, 2, 1]]

SPEC = Spec(
    lab="lab03_transfer",
    title="Two tellers and an auditor",
    scenarios=(
        _scenario("two tellers, there and back", [[0, 1, 30], [1, 0, 20]], 1, 0.0),
        # For those who treat one account differently, or one pair.
        _scenario("two tellers, from Carol to Dave and back", [[2, 3, 30], [3, 2, 20]], 1, 0.0),
        _scenario("three tellers, in a ring", [[0, 1, 30], [1, 2, 20], [2, 0, 10]], 1, 0.0),
        _scenario("one teller, two rounds of 1 s", [[2, 3, 30]], 2, 1.0),
    ),
    parallel=Parallel(
        sentence="tellers with different accounts count, and the auditor writes its report, at the same time",
        scenario=_scenario("two tellers with different accounts", [[0, 1, 30], [2, 3, 20]], 1, 1.0),
        bound_s=1.5,
        serial_s=2.0,
    ),
    real=RealRuns((_REAL_JOBS, 10, 0.001), (_transfers_made(_REAL_JOBS, 10), _audit_right())),
    published=("deadlock",),
    hints=(
        "When it stands still, which lock does each process hold, and which one does it want?",
        "Each waits for what the other holds: a circle. Can a circle arise if everybody takes the locks in one order?",
        "No new primitive is needed. What does `transfer` know of its two accounts that is the same in every process?",
    ),
    lesson=(
        "Two processes that take the same two locks in opposite orders can each hold one and wait for the other for "
        "ever. If everybody takes the locks in one fixed order, such a circle cannot come about. The order must be the "
        "same in every process: an account number is, id() is not. Giving the lock back and trying again usually "
        "works, but nothing guarantees it. Rule to remember: number your locks, and always take the lower number first."
    ),
    link="https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Lock",
)
