"""What lab05_ledger must show: lines that are numbered and add up, and ledgers that are written at the same time."""

from __future__ import annotations

import re
from collections import Counter

from checker.spec import Expectation, Mismatch, Observation, Output, Parallel, RealRuns, Scenario, Spec

_LINE = re.compile(r"(ledger-\d+) line (\d+): (?:.* deposits (\d+)|audit), balance (-?\d+)")


def _lines_of(ledger: str, seen: Observation) -> list[tuple[int, int, int, str]]:
    """The lines of one ledger by number: number, amount (0 for an audit), balance, text."""
    found = []
    for text in seen.line_counts.elements():
        match = _LINE.fullmatch(text)
        if match and match[1] == ledger:
            found.append((int(match[2]), int(match[3] or 0), int(match[4]), text))
    return sorted(found)


def _nothing_missing(ledgers: int, tellers: int, rounds: int) -> Expectation:
    amounts = Counter({10 * n: tellers for n in range(1, rounds + 1)} | {0: rounds})

    def holds(seen: Observation) -> Mismatch | None:
        for ledger in (f"ledger-{n}" for n in range(1, ledgers + 1)):
            found = Counter(amount for _, amount, _, _ in _lines_of(ledger, seen))
            for amount in sorted(amounts | found):
                if found[amount] != amounts[amount]:
                    what = f"a deposit of {amount}" if amount else "an audit"
                    return Mismatch(f"{ledger}, lines for {what}: {amounts[amount]}", f"{found[amount]}")
        return None

    return Expectation("lines", "every deposit and every audit has its line", holds)


def _adds_up(ledgers: int) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        for ledger in (f"ledger-{n}" for n in range(1, ledgers + 1)):
            before = 0
            for expected, (number, amount, balance, text) in enumerate(_lines_of(ledger, seen), start=1):
                if number != expected:
                    return Mismatch(f"{ledger} line {expected} next", text)
                if balance != before + amount:
                    return Mismatch(f"{ledger} line {number} with balance {before} + {amount}", text)
                before = balance
        return None

    return Expectation("sums", "the lines are numbered 1, 2, 3 … and each adds up with the one before", holds)


def _balances(ledgers: int, tellers: int, rounds: int) -> Expectation:
    balances = [tellers * sum(10 * n for n in range(1, rounds + 1))] * ledgers

    def holds(seen: Observation) -> Mismatch | None:
        if seen.returned == balances:
            return None
        return Mismatch(f"main returns the balances {balances}", f"{seen.returned!r}")

    return Expectation("balances", "no deposit is lost", holds)


def _by_tellers_and_auditor(tellers: int) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        children = seen.children()
        wrote = [child for child in children if any(" deposits " in line for line in child.printed)]
        if len(wrote) < tellers:
            many = "one teller: a process that writes" if tellers == 1 else f"{tellers} tellers: processes that write"
            return Mismatch(f"{many} their own deposits", f"{len(wrote)}")
        audits = [child for child in children if any(": audit," in line for line in child.printed)]
        if not audits:
            return Mismatch("an auditor: a process that writes the audits", "there is none")
        return None

    sentence = "each teller is a process of its own and prints the lines of its deposits, and so does the auditor"
    return Expectation("processes", sentence, holds, kind="missing_process", real=False)


def _written(write_s: float) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        for child in seen.children():
            asked_s = write_s * sum(_LINE.fullmatch(line) is not None for line in child.printed)
            if child.slept_s < asked_s:
                expected = f"{child.name} sleeps {asked_s:.1f} s in all (write_s = {write_s} s for each line)"
                return Mismatch(expected, f"{child.slept_s:.1f} s")
        return None

    return Expectation("writing", "each line takes write_s", holds, real=False)


def _lines(ledgers: int, tellers: int, rounds: int) -> tuple[Expectation, ...]:
    return _nothing_missing(ledgers, tellers, rounds), _adds_up(ledgers), _balances(ledgers, tellers, rounds)


def _scenario(name: str, ledgers: int, tellers: int, rounds: int, write_s: float) -> Scenario:
    asked = (*_lines(ledgers, tellers, rounds), _by_tellers_and_auditor(ledgers * tellers))
    written = (_written(write_s),) if write_s else ()
    return Scenario(name, (ledgers, tellers, rounds, write_s), (*asked, *written), Output.BAG)


SPEC = Spec(
    lab="lab05_ledger",
    title="Tellers and an auditor write into ledgers",
    scenarios=(
        _scenario("one ledger, two tellers and an auditor", 1, 2, 1, 0.0),
        _scenario("one ledger, a teller and an auditor, two rounds, 1 s for each line", 1, 1, 2, 1.0),
    ),
    parallel=Parallel(
        sentence="different ledgers are written at the same time",
        scenario=_scenario("two ledgers with a teller each, 1 s for each line", 2, 1, 1, 1.0),
        bound_s=3.0,
        serial_s=4.0,
    ),
    real=RealRuns((2, 2, 3, 0.005), _lines(2, 2, 3), Output.BAG),
    published=("deadlock",),
    hints=(
        "When it stands still, who holds the lock that the teller waits for?",
        "`deposit` calls `log` while it holds the lock, and it must hold it: both belong together. The auditor calls "
        "`log` without it.",
        "multiprocessing.RLock may be acquired again by the process that holds it. Without it: who has the lock "
        "already needs a method that does not take it.",
    ),
    lesson=(
        "A Lock does not know who holds it: the process that acquires it a second time waits for itself. An RLock "
        "counts, and lets its holder in again; it is free when it was released as often as it was acquired. The other "
        "way is an inner method, `_log`, that expects the lock and says so. Leaving the lock out of `log`, or giving "
        "it back before the call, opens a gap for everybody else. Rule to remember: know for each method whether its "
        "caller holds the lock."
    ),
    link="https://docs.python.org/3/library/multiprocessing.html#multiprocessing.RLock",
)
