"""What lab01_printing must show: each receipt in one piece, printed by its own till, while the tills scan together."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from checker.spec import Expectation, Mismatch, Observation, Output, Parallel, ProcessSeen, RealRuns, Scenario, Spec

_OF_A_RECEIPT = re.compile(r"till \d+: (item \d+|thank you)")


def _receipt(till: int, items: int) -> tuple[str, ...]:
    return (*(f"till {till}: item {item}" for item in range(1, items + 1)), f"till {till}: thank you")


def _of_receipts(lines: Iterable[str], whole: Collection[str] | None = None) -> tuple[str, ...]:
    """The lines of receipts, torn ones too where it is known which lines a process printed by itself (`whole`).

    Other lines are the student's own, whatever stands in them.
    """
    return tuple(
        line
        for line in lines
        if _OF_A_RECEIPT.fullmatch(line)
        or (whole is not None and line not in whole and _OF_A_RECEIPT.search(line))
    )


def _in_one_piece(tills: int, items: int) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        # Of a torn line, what it should have been is missing: in a real run, that is all that is seen.
        whole = {line for process in seen.processes for line in process.printed} if seen.processes else None
        lines = [*_of_receipts(seen.lines or (), whole), "the end of the output"]
        waiting = {receipt[0]: receipt for receipt in (_receipt(till, items) for till in range(1, tills + 1))}
        while waiting:
            first = lines.pop(0)
            if first not in waiting:
                return Mismatch("the first line of a receipt that is not there yet", first)
            previous = first
            for line in waiting.pop(first)[1:]:
                found = lines.pop(0)
                if found != line:
                    return Mismatch(f"{line}\n(right after: {previous})", found)
                previous = line
        return Mismatch("no more lines after the last receipt", lines[0]) if len(lines) > 1 else None

    return Expectation("one piece", "every receipt comes out in one piece, once", holds)


def _tills(tills: int, items: int, seen: Observation) -> dict[int, ProcessSeen]:
    """The processes that print one receipt and no other, by the number of their till."""
    printed = {_of_receipts(child.printed): child for child in seen.children()}
    receipts = {till: _receipt(till, items) for till in range(1, tills + 1)}
    return {till: printed[receipt] for till, receipt in receipts.items() if receipt in printed}


def _by_the_tills(tills: int, items: int) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        found = _tills(tills, items, seen)
        missing = [till for till in range(1, tills + 1) if till not in found]
        if not missing:
            return None
        return Mismatch(f"a process that prints the receipt of till {missing[0]} and no other", "there is none")

    sentence = "each till is a process of its own and prints its own receipt"
    return Expectation("tills", sentence, holds, kind="missing_process", real=False)


def _scanned(tills: int, items: int, scan_s: float) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        for till, child in _tills(tills, items, seen).items():
            if child.slept_s < items * scan_s:
                expected = f"till {till} sleeps {items * scan_s:.1f} s in all (scan_s = {scan_s} s for each item)"
                return Mismatch(expected, f"{child.slept_s:.1f} s")
        return None

    return Expectation("scanning", "each till scans for scan_s, for each item", holds, real=False)


def _scenario(name: str, tills: int, items: int, scan_s: float) -> Scenario:
    expectations = (_in_one_piece(tills, items), _by_the_tills(tills, items), _scanned(tills, items, scan_s))
    return Scenario(name, (tills, items, scan_s, 0.0), expectations, Output.ORDERED)


SPEC = Spec(
    lab="lab01_printing",
    title="Three tills, one receipt printer",
    scenarios=(_scenario("three tills, one item each", 3, 1, 0.0),),
    parallel=Parallel(
        sentence="the tills scan at the same time",
        scenario=_scenario("two tills, two items each, 1 s for each item", 2, 2, 1.0),
        bound_s=3.0,
        serial_s=4.0,
    ),
    real=RealRuns((4, 9, 0.002, 0.002), (_in_one_piece(4, 9),), Output.ORDERED),
    published=("wrong_result",),
    hints=(
        "Look at `print_receipt`: what may the other tills do between two of its lines?",
        "The terminal is one thing that all tills share. While a receipt is on its way, no other till may use it.",
        "multiprocessing.Lock lets one process in at a time. Make sure that it is the same lock for all tills.",
    ),
    lesson=(
        "Processes that share the terminal are interleaved write by write, and a print may be more than one write. A "
        "lock round the whole receipt makes it one thing that nobody can get into. All processes must have the same "
        "lock: made once, and passed to each as an argument; a global one is made anew in every process that is "
        "spawned. Rule to remember: hold a lock for all that belongs together, and for nothing more."
    ),
    link="https://docs.python.org/3/library/multiprocessing.html#synchronization-between-processes",
)
