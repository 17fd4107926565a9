"""What a loop carries where it is hard to see: no round is taken for the same as the last one that is not.

Each program in `programs` fails in some interleaving, save those called right, which never do.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.check import Options
from checker.result import Verdict
from checker.script import Script, explore
from tests.checked import needs_proc

pytestmark = needs_proc

OF_THE_PARENT = {"right_parent_that_ends"}  # which is a fork server by default, since Python 3.14
PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))


@pytest.mark.parametrize("file", PROGRAMS, ids=lambda file: file.stem)
def test_only_what_never_fails_is_proved(file: Path) -> None:
    result = explore(Script(file), Options(start_method="fork" if file.stem in OF_THE_PARENT else None))
    if file.stem.startswith("right_"):
        assert (result.verdict, result.proved) == (Verdict.PASS, True)
    else:
        assert result.verdict is Verdict.FAIL
        assert result.finding is not None
        assert result.finding.kind.value == "exception"
