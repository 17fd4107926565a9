"""The README tells the truth: its picture of a broken lab is what the checker prints."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_picture_of_the_broken_lab_is_what_is_printed():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    picture = readme.partition("    $ python -m checker lab3\n")[2].partition("\nand after the fix:")[0]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "checker", "lab3"]
    printed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert printed.returncode == 1, printed.stderr
    assert printed.stdout.strip("\n") == textwrap.dedent(picture).strip("\n")


def test_the_picture_of_an_explored_script_is_what_is_printed(tmp_path):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    program = readme.partition("For this `swap.py`\n\n")[2].partition("\nit says\n")[0]
    (tmp_path / "swap.py").write_text(textwrap.dedent(program), encoding="utf-8")
    picture = readme.partition("    $ python -m checker explore swap.py\n")[2].partition("\nWhat cannot be followed")[0]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "checker", "explore", "swap.py"]
    printed = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert printed.returncode == 1, printed.stderr
    assert printed.stdout.strip("\n") == textwrap.dedent(picture).strip("\n")
