"""Watches over the checker itself: should it be killed in the middle of real runs, none of their processes stays."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from checker.errors import InfraError

_SCRIPT = Path(__file__).with_name("processes.py")


class Guard:
    """A process that knows which runs are on and ends them when the checker is gone; a context manager.

    Without it nobody would: the processes of a run are not the checker's children, and may wait for ever.
    """

    def __enter__(self) -> Guard:
        self._process: subprocess.Popen[bytes] | None = None
        if sys.platform == "win32":  # untested: there a run's processes stay
            return self
        command = [sys.executable, "-I", "-S", "-B", str(_SCRIPT)]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
                bufsize=0,
            )
        except OSError as error:
            raise InfraError(f"Cannot start a process for real runs: {error}") from error
        return self

    def watch(self, marker: str) -> None:
        """From now on the processes with this marker are ended with the checker."""
        self._tell(f"+{marker}")

    def forget(self, marker: str) -> None:
        """The processes with this marker have ended."""
        self._tell(f"-{marker}")

    def _tell(self, line: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.write(line.encode() + b"\n")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait()
