"""Checks every file again and again; no verdict may ever change.

`python -m tests.stability [REPETITIONS] [--busy] [--jobs N] [--no-submissions]` compares the verdict, the finding with
its schedule, and the exact numbers of schedules and steps. With `--busy` every core is kept busy by other programs
meanwhile; with `--jobs` so many files are checked at the same time. Not part of the suite: it takes minutes. Exit code
1 if anything changed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from checker import catalog
from checker.check import Options, check
from checker.result import Result

ROOT = Path(__file__).resolve().parent.parent


def files(*, submissions: bool) -> list[tuple[Path, str]]:
    """Every lab and solution, and every submission if wanted, with the lab that it belongs to."""
    own = [(path, path.stem) for folder in ("labs", "solutions") for path in sorted((ROOT / folder).glob("lab*.py"))]
    others = sorted((ROOT / "tests" / "submissions").glob("*/*.py")) if submissions else []
    return own + [(path, path.parent.name) for path in others]


def digest_of(file: tuple[Path, str], real_runs: int) -> tuple[object, ...]:
    """Checks one file of a lab."""
    path, lab = file
    return digest(check(path, catalog.load_spec(lab), Options(real_runs=real_runs)))


def digest(result: Result) -> tuple[object, ...]:
    """All of a result that must be the same every time."""
    finding = result.finding
    return (
        result.verdict,
        result.proved,
        result.reason,
        finding and (finding.kind, finding.sentence, finding.schedule, finding.steps),
        tuple((s.name, s.schedules, s.pruned, s.steps, s.exhausted) for s in result.scenarios),
    )


@contextmanager
def busy_cores(*, wanted: bool) -> Iterator[None]:
    """Keeps every core busy with two programs while the block runs."""
    count = 2 * (os.cpu_count() or 1) if wanted else 0
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.stability", description=__doc__)
    parser.add_argument("repetitions", nargs="?", type=int, default=20)
    parser.add_argument("--busy", action="store_true")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--real-runs", type=int, default=0)
    parser.add_argument("--no-submissions", action="store_true")
    chosen = parser.parse_args()
    chosen_files = files(submissions=not chosen.no_submissions)
    seen: dict[Path, Counter[tuple[object, ...]]] = {path: Counter() for path, _ in chosen_files}
    started = time.monotonic()
    with busy_cores(wanted=chosen.busy), ProcessPoolExecutor(chosen.jobs) as pool:
        checked = partial(digest_of, real_runs=chosen.real_runs)
        for repetition in range(1, chosen.repetitions + 1):
            for (path, _), found in zip(chosen_files, pool.map(checked, chosen_files), strict=True):
                seen[path][found] += 1
            print(f"repetition {repetition} of {chosen.repetitions}: {time.monotonic() - started:.0f} s", flush=True)
    changed = [path for path, digests in seen.items() if len(digests) > 1]
    for path in changed:
        print(f"CHANGED {path.relative_to(ROOT)}:")
        for what, count in seen[path].items():
            print(f"  {count} times {what}"[:400])
    print(f"{len(seen)} files, {chosen.repetitions} repetitions, {len(changed)} changed")
    return 1 if changed else 0


if __name__ == "__main__":
    raise SystemExit(main())
