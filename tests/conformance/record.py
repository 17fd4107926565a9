"""`python -m tests.conformance.record [PROGRAM ...]`: runs the programs for real and stores what was seen.

Counts are added to those stored before, as long as the program has not changed since; so every call widens what
exploration is held against. 200 runs under fork and 20 under spawn for each program take about 10 minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import random
import sys
from pathlib import Path
from typing import Any

from tests.conformance import real

FILE = Path(__file__).with_name("observed.json")


def digest(program: str) -> str:
    return hashlib.sha256((real.PROGRAMS / f"{program}.py").read_bytes()).hexdigest()[:16]


def load() -> dict[str, Any]:
    """The stored observations: program -> {"digest": …, "seen": {"3.11 fork": {outcome: count}}}."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def outcomes(observed: dict[str, Any], start_method: str) -> dict[str, int]:
    """How often each outcome was seen under a start method, over all versions of Python."""
    total: dict[str, int] = {}
    for key, counts in observed["seen"].items():
        if key.split()[1] == start_method:
            for outcome, count in counts.items():
                total[outcome] = total.get(outcome, 0) + count
    return total


def store(program: str, start_method: str, counts: dict[str, int]) -> None:
    everything = load()
    entry = everything.get(program)
    if entry is None or entry["digest"] != digest(program):
        entry = everything[program] = {"digest": digest(program), "seen": {}}
    key = f"{sys.version_info.major}.{sys.version_info.minor} {start_method}"
    before = entry["seen"].get(key, {})
    entry["seen"][key] = {o: before.get(o, 0) + counts.get(o, 0) for o in sorted({*before, *counts})}
    for name in set(everything) - set(real.program_names()):
        del everything[name]
    text = json.dumps(everything, indent=1, sort_keys=True, ensure_ascii=False)
    FILE.write_text(text + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.record", description=__doc__)
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help="all of them when none is named")
    parser.add_argument("--fork", type=int, default=200, metavar="RUNS")
    parser.add_argument("--spawn", type=int, default=20, metavar="RUNS")
    options = parser.parse_args()
    for program in options.programs or real.program_names():
        for start_method, runs in (("fork", options.fork), ("spawn", options.spawn)):
            if runs and start_method in multiprocessing.get_all_start_methods():
                counts = real.observe(program, start_method, runs, random.getrandbits(32))
                store(program, start_method, counts)
                print(f"{program}, {start_method}: {dict(counts)}", flush=True)


if __name__ == "__main__":
    main()
