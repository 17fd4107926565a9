"""Every lab fails as published, every solution is proved, every submission gets what it declares."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checker import catalog
from checker.check import Options, check
from checker.result import Outcome, Result, Verdict

ROOT = Path(__file__).resolve().parent.parent
LABS = sorted(path.stem for path in (ROOT / "labs").glob("lab*.py"))
SUBMISSIONS = sorted((ROOT / "tests" / "submissions").glob("*/*.py"))
RIGHT = [path for path in SUBMISSIONS if path.name.startswith("right_")]
WRONG = [path for path in SUBMISSIONS if path.name.startswith("wrong_")]


def checked(path: Path, lab: str, *, real_runs: int | None = None) -> Result:
    return check(path, catalog.load_spec(lab), Options(real_runs=real_runs))


def shown(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def declared(path: Path) -> set[str]:
    found = re.search(r"^# expect: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert found, f"{shown(path)} declares no finding: add a line '# expect: hang | wrong_result'"
    return {word.strip() for word in found[1].split("|")}


@pytest.mark.parametrize("lab", LABS)
def test_the_lab_as_published_fails_as_its_spec_says_and_scores_nothing(lab: str) -> None:
    result = checked(ROOT / "labs" / f"{lab}.py", lab)
    assert result.verdict is Verdict.FAIL
    assert result.finding is not None
    assert result.finding.kind.value in catalog.load_spec(lab).published
    assert result.finding.replayed == result.finding.replays
    assert sum(check.points for check in result.checks) == 0


@pytest.mark.parametrize("lab", LABS)
def test_the_solution_passes_and_is_proved(lab: str) -> None:
    result = checked(ROOT / "solutions" / f"{lab}.py", lab)
    assert (result.verdict, result.message, result.finding) == (Verdict.PASS, "", None)
    assert result.proved
    assert all(scenario.exhausted or scenario.name for scenario in result.scenarios)
    assert all(check.outcome is Outcome.PASS for check in result.checks)


@pytest.mark.parametrize("path", RIGHT, ids=shown)
def test_a_right_submission_passes_and_is_proved(path: Path) -> None:
    result = checked(path, path.parent.name, real_runs=2)
    assert (result.verdict, result.message, result.finding) == (Verdict.PASS, "", None)
    assert result.proved


@pytest.mark.parametrize("path", WRONG, ids=shown)
def test_a_wrong_submission_gets_the_finding_it_declares(path: Path) -> None:
    result = checked(path, path.parent.name)
    assert (result.verdict, result.message) == (Verdict.FAIL, "")
    assert result.finding is not None
    assert result.finding.kind.value in declared(path)


def test_there_is_a_lab_to_test() -> None:
    assert LABS
    assert {path.parent.name for path in RIGHT} == {path.parent.name for path in WRONG} == set(LABS)
