"""Runs `python -m checker` on a program's text, as a person does, and sees whether it leaves anything behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from checker import catalog, check
from checker.engine.engine import Engine
from checker.errors import StartAgain
from checker.result import Result
from checker.trace import Trace

ROOT = Path(__file__).resolve().parent.parent
LAB = "lab02_counter"
PATIENCE_S = 10.0

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="this system does not show the environment of its processes"
)


def run_once(engine: Engine, *arguments: Any, **options: Any) -> Trace:
    """`Engine.run_once`, begun again as often as the engine asks for it."""
    while True:
        try:
            return engine.run_once(*arguments, **options)
        except StartAgain:
            continue


@dataclass(frozen=True)
class Done:
    """How the command ended; `text` is all it said, in one line, without line breaks and indents."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return " ".join((self.out + self.err).split())


class Course:
    """A folder with labs/ in it, whose processes can be found: workers inherit the name of its temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.temporary = folder / "temporary"
        self.temporary.mkdir(parents=True)
        (folder / "labs").mkdir()

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return kept | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "TMPDIR": str(self.temporary)}

    def write(self, text: str | bytes, lab: str = LAB) -> Path:
        file = self.folder / "labs" / f"{lab}.py"
        file.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
        return file

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "checker", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def run(self, *arguments: str) -> Done:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=100)
        return Done(process.returncode, out, err)

    def check(self, text: str | bytes, *arguments: str) -> Done:
        """What the command says of this program; no process and no temporary file may be left, and no bug of ours."""
        file = self.write(text)
        done = self.run(str(file.relative_to(self.folder)), *arguments)
        self._demand_clean(done)
        return done

    def explore(self, text: str, *arguments: str, options: Sequence[str] = (), name: str = "script.py") -> Done:
        """What the command says of this script with these arguments of its own; nothing may be left here, either."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text), encoding="utf-8")
        done = self.run(*options, "explore", name, *arguments)
        self._demand_clean(done)
        return done

    def _demand_clean(self, done: Done) -> None:
        assert self.processes_left() == []
        assert list(self.temporary.iterdir()) == []
        assert "bug of the checker" not in done.text
        assert f"{ROOT / 'checker'}{os.sep}" not in done.text

    def processes_left(self) -> list[int]:
        """The course's processes that are still there after a while; they are ended."""
        deadline = time.monotonic() + PATIENCE_S
        while (left := marked(f"TMPDIR={self.temporary}")) and time.monotonic() < deadline:
            time.sleep(0.01)
        for pid in left:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        return left


def marked(variable: str) -> list[int]:
    """The processes that were started with `variable` ("NAME=value") in their environment, without this one."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdecimal() and int(name) != os.getpid():
            with suppress(OSError):
                if variable.encode() in Path("/proc", name, "environ").read_bytes().split(b"\0"):
                    found.append(int(name))
    return found


def judged(file: Path, lab: str = LAB, **options: object) -> Result:
    """The result for a file by the spec of `lab`, in this process, without real runs unless asked for."""
    return check.check(file, catalog.load_spec(lab), check.Options(**{"real_runs": 0, **options}))  # type: ignore[arg-type]
