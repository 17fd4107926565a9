"""README and CONTRIBUTING tell the truth: their pictures are what the checker prints, their words those it knows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from checker.result import Kind

ROOT = Path(__file__).resolve().parent.parent


def test_the_picture_of_the_broken_lab_is_what_is_printed():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    picture = readme.partition("    $ python -m checker lab1\n")[2].partition("\nand after the fix:")[0]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "checker", "lab1"]
    printed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert printed.returncode == 1, printed.stderr
    assert printed.stdout.strip("\n") == textwrap.dedent(picture).strip("\n")


def test_the_picture_of_the_fixed_lab_is_what_is_printed_but_for_the_seconds_and_the_real_runs(tmp_path):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    picture = readme.rpartition("    $ python -m checker lab1\n")[2].partition("✓ real")[0]
    (tmp_path / "labs").mkdir()
    shutil.copy(ROOT / "solutions" / "lab01_printing.py", tmp_path / "labs")
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "checker", "lab1", "--real-runs", "0"]
    printed = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert printed.returncode == 0, printed.stderr
    taken = re.compile(r" +\d+\.\d s$", re.MULTILINE)  # where they stand, lines are wrapped earlier
    said, shown = (" ".join(taken.sub("", text).split()) for text in (printed.stdout, picture))
    assert said.startswith(shown)


def test_the_words_for_a_wrong_submission_are_all_in_contributing():
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = contributing.partition("| word | what is found |\n")[2].partition("\n\n")[0].splitlines()[1:]
    words = [word for row in rows for word in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert sorted(words) == sorted(kind.value for kind in Kind)


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="it is what is printed where fork is the default")
def test_the_picture_of_an_explored_script_is_what_is_printed(tmp_path):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    program = readme.partition("For this `swap.py`\n\n")[2].partition("\nit says\n")[0]
    (tmp_path / "swap.py").write_text(textwrap.dedent(program), encoding="utf-8")
    picture = readme.partition("    $ python -m checker explore swap.py\n")[2].partition("\nA script runs")[0]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "checker", "explore", "swap.py"]
    printed = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert printed.returncode == 1, printed.stderr
    assert printed.stdout.strip("\n") == textwrap.dedent(picture).strip("\n")
