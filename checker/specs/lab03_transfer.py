"""What lab03_transfer must show: all transfers made, no money missing in the audit, tellers that do not stop others."""

from __future__ import annotations

from checker.spec import Expectation, Mismatch, Observation, Parallel, ProcessSeen, RealRuns, Scenario, Spec
from checker.trace import Json

_START = (100, 100, 100, 100)
# Operations that touch nobody's money.
_SILENT = ("lock.", "process.", "signal.", "stdout.", "stderr.", "sleep", "clock", "exit")


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
        return None if found == balances else Mismatch(f"balances {balances}", f"{found}")

    return Expectation("transfers", "all transfers are made", holds)


def _audit_right() -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        found = _part(seen, "audit")
        return None if found == sum(_START) else Mismatch(f"an audit that finds {sum(_START)}", f"{found}")

    return Expectation("audit", "the audit finds all the money", holds)


def _by_tellers_and_auditor(jobs: list[list[int]], count_s: float) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        # A teller reads and writes balances, the auditor reads them and writes the audit: two accesses at least.
        worked = [child for child in seen.children() if child.slept_s >= count_s and _accesses(child) >= 2]
        if len(worked) > len(jobs):
            return None
        expected = f"{len(jobs)} tellers and an auditor: {len(jobs) + 1} processes that do their work and sleep count_s"
        return Mismatch(expected, f"{len(worked)}")

    sentence = "each teller is a process of its own, and so is the auditor"
    return Expectation("processes", sentence, holds, kind="missing_process", real=False)


def _scenario(name: str, jobs: list[list[int]], count_s: float) -> Scenario:
    expectations = (_transfers_made(jobs, 1), _audit_right(), _by_tellers_and_auditor(jobs, count_s))
    return Scenario(name, (jobs, 1, count_s), expectations)


_REAL_JOBS = [[0, 1, 3], [1, 0, 2], [2, 3, 1]]

SPEC = Spec(
    lab="lab03_transfer",
    title="Two tellers and an auditor",
    scenarios=(_scenario("there and back", [[0, 1, 30], [1, 0, 20]], 0.0),),
    parallel=Parallel(
        sentence="tellers with different accounts, and the auditor's report, do not wait for each other",
        scenario=_scenario("different accounts", [[0, 1, 30], [2, 3, 20]], 1.0),
        bound_s=1.5,
        serial_s=2.0,
    ),
    real=RealRuns((_REAL_JOBS, 40, 0.001), (_transfers_made(_REAL_JOBS, 40), _audit_right())),
    published=("deadlock",),
    hints=(
        "When it stands still, which lock does each teller hold, and which one does it want?",
        "Each waits for what the other holds: a circle. Can a circle arise if everybody takes the locks in one order?",
        "No new primitive is needed. Choose the order of the two locks by something on which all processes agree.",
    ),
    lesson=(
        "Two processes that take the same two locks in opposite orders can each hold one and wait for the other for "
        "ever. If everybody takes the locks in one fixed order, such a circle cannot come about. The order must be the "
        "same in every process: an account number is, id() is not. Giving the lock back and trying again usually "
        "works, but nothing guarantees it. Rule to remember: number your locks, and always take the lower number first."
    ),
    link="https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Lock",
)
