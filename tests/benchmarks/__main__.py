"""`python -m tests.benchmarks [PART ...]`: measures, and prints a table beside the goals."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable

from tests.benchmarks import deep, jobs, judge, labs, memory, points, schedule
from tests.benchmarks.measuring import Row

PARTS: dict[str, Callable[[], list[Row]]] = {
    "points": points.rows,
    "schedule": schedule.rows,
    "labs": labs.rows,
    "memory": memory.rows,
    "judge": judge.rows,
    "deep": deep.rows,
    "jobs": jobs.rows,
    "endurance": judge.endurance,
}
_LONG = frozenset({"jobs", "endurance"})
"""What takes many minutes, and is measured only when it is named."""
_WIDTHS = (64, 10, 17, 10, 10)


def main() -> int:
    if sys.platform != "linux":
        sys.exit("the benchmarks pin processes to a core and read /proc: they run on Linux only")
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; the last two only if named")
    chosen = parser.parse_args().parts or [name for name in PARTS if name not in _LONG]
    unknown = [name for name in chosen if name not in PARTS]
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}")
    print(f"Python {platform.python_version()}, {len(os.sched_getaffinity(0))} cores, {_load()}")
    print(_line("medians, in turns", "ours", "beside", "value", "goal"), flush=True)
    missed = 0
    for name in chosen:
        for row in PARTS[name]():
            missed += row.verdict == "MISSED"
            goal = "" if row.goal is None else f"<= {row.goal:g}{row.unit}"
            value = f"{row.value:.2f}{row.unit}" if row.value < 1000 else f"{row.value:.0f}{row.unit}"
            print(_line(row.what, row.ours, row.bare, value, goal), row.verdict, flush=True)
    print(f"{_load()}; {missed} of the goals missed")
    return 0


def _load() -> str:
    load = os.getloadavg()[0]
    return f"load {load:.1f}" + ("" if load < 1.5 else " (not idle: seconds mean little, ratios something)")


def _line(*cells: str) -> str:
    first, *others = zip(cells, _WIDTHS, strict=True)
    return f"{first[0]:<{first[1]}}" + "".join(f"{cell:>{width}}" for cell, width in others)


if __name__ == "__main__":
    sys.exit(main())
