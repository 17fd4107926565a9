"""The largest memory of the judge while it checks each solution, and that of an interpreter that does nothing."""

from __future__ import annotations

import subprocess
import sys

from tests.benchmarks.labs import ROOT, arguments, copies
from tests.benchmarks.measuring import Row

GOAL_MB = 80.0

# A process tells its own peak: what its parent is told would hold the moment before it became another program, too.
_PEAK = "print([int(l.split()[1]) for l in open('/proc/self/status') if l.startswith('VmHWM')][0], file=sys.stderr)"
_JUDGE = f"import sys; from checker.cli import main; main(sys.argv[1:]); {_PEAK}"
_NOTHING = f"import sys; {_PEAK}"


def rows() -> list[Row]:
    nothing = _peak_mb(_NOTHING)
    with copies() as folder:
        peaks = {
            file.stem: _peak_mb(_JUDGE, *arguments(file, folder), "--real-runs", "1")
            for file in sorted((folder / "solutions").glob("lab*.py"))
        }
    largest = max(peaks, key=lambda lab: peaks[lab])
    what = f"peak memory of the judge ({largest}) / an idle interpreter"
    return [Row(what, f"{peaks[largest]:.1f} MB", f"{nothing:.1f} MB", peaks[largest], GOAL_MB, "MB")]


def _peak_mb(code: str, *words: str) -> float:
    command = [sys.executable, "-c", code, *words]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
    return int(done.stderr.split()[-1]) / 1024
