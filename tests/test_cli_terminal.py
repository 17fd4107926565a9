"""The command line and the terminal: progress, colour, and a reader who has gone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checker.terminal import Progress, paper_of

ROOT = Path(__file__).resolve().parent.parent


def test_progress_is_shown_late_and_wiped(capsys):
    with Progress("lab3", wanted=True, after_s=3600.0) as progress:
        progress("exploring")
    assert capsys.readouterr().err == "", "a quick check shows none"
    with Progress("lab3", wanted=True, after_s=0.0) as progress:
        progress._timer.join()
        progress._printed_at = 0.0
        progress("exploring \x1b[2J" + "x" * 500)
    err = capsys.readouterr().err
    assert "lab3: exploring \\x1b[2J" in err
    assert max(map(len, err.split("\r"))) < shutil.get_terminal_size().columns
    assert err.endswith("\r")
    assert not err.split("\r")[-2].strip()


def test_progress_is_not_shown_where_it_is_not_wanted(capsys):
    with Progress("lab3", wanted=False, after_s=0.0) as progress:
        progress("exploring")
    assert capsys.readouterr().err == ""


def test_colour_needs_a_terminal_and_nobody_who_objects(monkeypatch):
    class Terminal:
        encoding = "utf-8"

        def isatty(self):
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("WT_SESSION", "yes")
    assert paper_of(Terminal()).colour
    monkeypatch.setenv("NO_COLOR", "1")
    assert not paper_of(Terminal()).colour
    assert not paper_of(sys.__stdout__).colour or sys.__stdout__.isatty()


def test_a_reader_who_has_gone_is_no_bug():
    command = [sys.executable, "-m", "checker"]
    reader, writer = os.pipe()
    os.close(reader)
    variables = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=ROOT, env=variables, stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (3, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a file that is always full")
@pytest.mark.parametrize("arguments", [(), ("hint", "lab3"), ("--json", "lab2", "--schedules", "1")])
def test_a_report_that_cannot_be_written_is_no_bug(arguments, tmp_path):
    (tmp_path / "labs").mkdir()
    (tmp_path / "labs/lab02_counter.py").write_text("def main(:")
    (tmp_path / "labs/lab03_transfer.py").write_text("")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "checker", *arguments],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (3, b"checker: the report cannot be written: No space left on device\n")


@pytest.mark.parametrize(("arguments", "code"), [((), 0), (("nolab",), 2)])
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_streams_that_were_closed_before_it_began_change_no_exit_code(arguments, code, closed):
    command = ["sh", "-c", f'"$@" {closed}', "sh", sys.executable, "-m", "checker", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
