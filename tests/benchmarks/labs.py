"""From the command to the verdict for each lab, broken and solved, against the program run plainly under a timeout."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.measuring import Row, in_turns, seconds

ROOT = Path(__file__).resolve().parents[2]
BROKEN_GOAL_S, SOLVED_GOAL_S = 0.6, 3.0
TIMEOUT_S = 10.0
_BROKEN_REPETITIONS, _SOLVED_REPETITIONS = 7, 3


def rows() -> list[Row]:
    found = []
    with copies() as folder:
        for lab in sorted(path.name for path in (folder / "labs").glob("lab*.py")):
            found.append(_row("broken", folder / "labs" / lab, folder, BROKEN_GOAL_S, _BROKEN_REPETITIONS))
            found.append(_row("solved", folder / "solutions" / lab, folder, SOLVED_GOAL_S, _SOLVED_REPETITIONS))
    return found


@contextmanager
def copies() -> Iterator[Path]:
    """A folder with the labs and solutions, so that what is remembered of the real ones stays as it is."""
    with tempfile.TemporaryDirectory() as name:
        for part in ("labs", "solutions"):
            shutil.copytree(ROOT / part, Path(name) / part)
        yield Path(name)


def arguments(file: Path, folder: Path) -> list[str]:
    """The command's arguments to check `file`, which lies in a folder of copies."""
    return [str(file), "--labs", str(folder / "labs"), "--plain"]


def _row(word: str, file: Path, folder: Path, goal_s: float, repetitions: int) -> Row:
    expected = 1 if word == "broken" else 0
    hung: list[float] = []

    def verdict() -> float:
        command = [sys.executable, "-m", "checker", *arguments(file, folder)]
        done: list[int] = []
        took_s = seconds(lambda: done.append(subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL).returncode))
        if done != [expected]:
            raise SystemExit(f"{word} {file.stem}: exit code {done[0]}, not {expected}: its time means nothing")
        return took_s

    def plain() -> float:
        if not hung:  # once is enough to know that it hangs
            took_s = seconds(lambda: _run_plainly(file))
            if took_s < TIMEOUT_S:
                return took_s
            hung.append(took_s)
        return hung[0]

    ours, bare = in_turns([verdict, plain], repetitions)
    shown = f"{bare:.2f} s" + (" (hangs)" if hung else "")
    return Row(f"{word} {file.stem}, seconds to the verdict / plainly", f"{ours:.2f} s", shown, ours, goal_s, "s")


def _run_plainly(file: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(TIMEOUT_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
