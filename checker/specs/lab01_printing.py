"""What lab01_printing must show: each receipt in one piece, printed by its own till, while the tills scan together."""

from __future__ import annotations

from checker.spec import Expectation, Mismatch, Observation, Output, Parallel, RealRuns, Scenario, Spec

_EMPTY = "an empty line"


def _receipt(till: int, items: int) -> tuple[str, ...]:
    return (*(f"till {till}: item {item}" for item in range(1, items + 1)), f"till {till}: thank you")


def _in_one_piece(tills: int, items: int) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        lines = [*(seen.lines or ()), "the end of the output"]
        waiting = {receipt[0]: receipt for receipt in (_receipt(till, items) for till in range(1, tills + 1))}
        while waiting:
            first = lines.pop(0)
            if first not in waiting:
                return Mismatch("the first line of a receipt that is not there yet", first or _EMPTY)
            previous = first
            for line in waiting.pop(first)[1:]:
                found = lines.pop(0)
                if found != line:
                    return Mismatch(f"{line}\n(right after: {previous})", found or _EMPTY)
                previous = line
        return Mismatch("nothing after the last receipt", lines[0] or _EMPTY) if len(lines) > 1 else None

    return Expectation("one piece", "every receipt comes out in one piece, and nothing else does", holds)


def _by_the_tills(tills: int, items: int, scan_s: float) -> Expectation:
    def holds(seen: Observation) -> Mismatch | None:
        for till in range(1, tills + 1):
            receipt = _receipt(till, items)
            printers = [child for child in seen.children() if child.printed == receipt]
            if not printers:
                return Mismatch(f"a process for till {till} that prints its own receipt", "no such process")
            if all(child.slept_s < items * scan_s for child in printers):
                return Mismatch(f"till {till} scans for {items * scan_s} s", f"{printers[0].slept_s} s")
        return None

    sentence = "each till is a process that scans and prints its own receipt"
    return Expectation("tills", sentence, holds, kind="missing_process", real=False)


def _scenario(name: str, tills: int, items: int, scan_s: float) -> Scenario:
    expectations = (_in_one_piece(tills, items), _by_the_tills(tills, items, scan_s))
    return Scenario(name, (tills, items, scan_s, 0.0), expectations, Output.ORDERED)


SPEC = Spec(
    lab="lab01_printing",
    title="Three tills, one receipt printer",
    scenarios=(_scenario("three tills", 3, 1, 0.0),),
    parallel=Parallel(
        sentence="the tills scan at the same time",
        scenario=_scenario("three tills that scan for 1 s", 3, 1, 1.0),
        bound_s=2.0,
        serial_s=3.0,
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
