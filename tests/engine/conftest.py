"""Programs on disk, and the processes that an engine in this process has started."""

from __future__ import annotations

import os
import signal
import textwrap
import time
from contextlib import suppress

import pytest

from tests.checked import PATIENCE_S, marked


@pytest.fixture
def program(tmp_path):
    """Writes a program's text to a file: program(text) -> Path."""

    def write(text, name="program"):
        file = tmp_path / f"{name}.py"
        file.write_text(textwrap.dedent(text), encoding="utf-8")
        return file

    return write


@pytest.fixture
def workers(monkeypatch, tmp_path):
    """The worker processes that this test has started: workers() -> their process ids; none may be left at its end."""
    mark = f"{tmp_path}/mark"
    monkeypatch.setenv("TMPDIR", mark)  # one of the few variables that workers inherit
    yield lambda: marked(f"TMPDIR={mark}")
    deadline = time.monotonic() + PATIENCE_S
    while (left := marked(f"TMPDIR={mark}")) and time.monotonic() < deadline:
        time.sleep(0.01)
    for pid in left:
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    assert left == []
