"""What a terminal can show, and the one line of progress that is shown on it."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import threading
import time
from typing import TextIO

from checker.report.paper import Paper, columns, cut

_PROGRESS_AFTER_S = 0.5


class Progress:
    """One line on a terminal about a check that takes longer than half a second; wiped before the report."""

    def __init__(self, subject: str, *, wanted: bool, after_s: float = _PROGRESS_AFTER_S) -> None:
        self._after_s = after_s
        self._subject = subject
        self._wanted = wanted
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._text = ""
        self._shown = 0
        self._visible = False
        self._printed_at = 0.0

    def __call__(self, text: str) -> None:
        """Takes what the check is doing now."""
        with self._lock:
            self._text = text
            if self._visible and time.monotonic() - self._printed_at >= 0.05:
                self._print(f"{self._subject}: {text}")

    def __enter__(self) -> Progress:
        if self._wanted:
            self._text = "starting"
            self._timer = threading.Timer(self._after_s, self._begin)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(self, *exc: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            self._visible = False
            if self._shown:
                self._print("")

    def _begin(self) -> None:
        with self._lock:
            if self._timer is not None and not self._timer.finished.is_set():
                self._visible = True
                self._print(f"{self._subject}: {self._text}")

    def _print(self, text: str) -> None:
        room = shutil.get_terminal_size().columns - 1
        line = cut(paper_of(sys.stderr).visible(text).replace("\n", " "), room, "...")
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write("\r" + " " * self._shown + "\r" + line)
            sys.stderr.flush()
        self._shown = columns(line)
        self._printed_at = time.monotonic()


def is_terminal(stream: TextIO) -> bool:
    """Whether somebody sees at once what is written there."""
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False


def paper_of(stream: TextIO) -> Paper:
    """What the stream can show: its encoding, and colour if it is a terminal that nobody asked to do without."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    understands = os.name != "nt" or "WT_SESSION" in os.environ
    colour = is_terminal(stream) and understands and not plain
    return Paper(getattr(stream, "encoding", None) or "ascii", colour)
