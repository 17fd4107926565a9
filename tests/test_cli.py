"""The command line: exit codes and where things are printed; real processes where no program need be run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import types
from dataclasses import replace
from pathlib import Path

import pytest

from checker import cli
from checker.arguments import Command, Form, parse
from checker.errors import InfraError, UsageError
from checker.options import Options
from checker.result import Verdict
from tests.report.results import DEADLOCK, ERROR, FAILED, PASSED, UNCHECKED

ROOT = Path(__file__).resolve().parent.parent


def run(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    variables |= {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | environment
    command = [sys.executable, "-m", "checker", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=variables, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )


@pytest.fixture
def course(tmp_path):
    """A copy of the labs, so that no state gets into the repository."""
    shutil.copytree(ROOT / "labs", tmp_path / "labs", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_version_and_help_end_well(course):
    done = run("--version", cwd=course)
    assert (done.returncode, done.stdout.split()[0], done.stderr) == (0, "deadlock-lab", "")
    done = run("--help", cwd=course)
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_without_arguments_the_labs_are_listed(course):
    done = run(cwd=course)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Lab 3" in done.stdout
    assert "not checked yet" in done.stdout
    assert "python -m checker lab" in done.stdout
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_the_list_is_ascii_for_a_terminal_that_knows_no_more(course):
    done = run(cwd=course, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stdout.isascii()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lab99"], "there is no lab 'lab99'"),
        (["lab03_tranfser"], "did you mean"),
        (["labs/nothing.py"], "there is no file labs/nothing.py"),
        (["lab3", "lab99"], "there is no lab 'lab99'"),
        (["--bogus"], "--bogus"),
        (["lab3", "--seconds", "x"], "--seconds"),
        (["lab3", "--seconds", "nan"], "--seconds"),
        (["lab3", "--schedules", "0"], "--schedules: '0' is not a whole number from 1"),
        (["lab3", "--schedules", "-1"], "--schedules: '-1' is not a whole number from 1"),
        (["lab3", "--schedules", "9" * 99], "is not a whole number from 1 to 999999999"),
        (["lab3", "--seconds", "0"], "--seconds: '0' is not a number of seconds above 0"),
        (["lab7"], "there are lab1 to lab6"),
        (["--scedules", "3", "lab3"], "unrecognized arguments: --scedules; did you mean --schedules?"),
        (["--bogus"], "unrecognized arguments: --bogus; see python -m checker --help"),
        (["exlore", "x.py"], "'exlore' is no lab; did you mean: python -m checker explore x.py"),
        (["hnt", "lab3"], "did you mean: python -m checker hint lab3"),
        (["help"], "did you mean: python -m checker --help"),
        (["replay", "some.py"], "there is no file some.py; a script of your own is explored: python -m checker"),
        (["explore", "lab3"], "there is no file lab3; a lab is checked without explore: python -m checker lab3"),
        (["lab3", "--preemptions", "-1"], "--preemptions"),
        (["lab3", "--preemptions", "few"], "--preemptions: 'few' is not a whole number from 0"),
        (["lab3", "--preemptions"], "--preemptions"),
        (["lab3", "--real-runs", "-1"], "--real-runs"),
        (["lab3", "--start-method", "thread"], "--start-method"),
        (["lab3", "--json", "--plain"], "--plain"),
        (["lab3", "--schedule", "x"], "--schedule belongs to replay"),
        (["--labs", "nowhere"], "no such folder"),
        (["--json"], "--json needs labs"),
        (["hint"], "hint takes one lab"),
        (["replay", "lab3", "lab4"], "replay takes one lab"),
        (["replay", "lab3"], "no check of lab3 has failed yet"),
    ],
)
def test_wrong_use_is_one_clear_line_and_exit_code_2(course, arguments, message):
    done = run(*arguments, cwd=course)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("checker: ")
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_hints_come_one_by_one_and_are_remembered(course):
    texts = [run("hint", "lab3", cwd=course).stdout for _ in range(4)]
    assert [text.count("hint ") for text in texts] == [1, 2, 3, 3]
    assert texts[1].startswith(texts[0])
    assert [text.endswith("These are all.\n") for text in texts] == [False, False, False, True]


def test_hints_where_nothing_can_be_remembered_are_all_shown(course):
    (course / ".checker").write_text("in the way")
    done = run("hint", "lab3", cwd=course)
    assert (done.returncode, done.stdout.count("hint ")) == (0, 3)
    assert "cannot be written" in done.stderr


@pytest.fixture
def checks(monkeypatch, course):
    """A `checker.check` that gives prepared results, one after the other, and remembers what it was asked."""
    stub = types.ModuleType("checker.check")
    prepared: list[object] = []
    asked: list[tuple[object, ...]] = []

    def answer(*question):
        asked.append(question)
        value = prepared.pop(0)
        if isinstance(value, BaseException):
            raise value
        return value

    stub.NO_FIT = "it does not fit"
    stub.prepared, stub.asked = prepared, asked
    stub.check = lambda file, spec, options, progress: answer("check", file, spec.lab, options)
    stub.replay = lambda file, spec, schedule, options: answer("replay", file, schedule, options)
    monkeypatch.setitem(sys.modules, "checker.check", stub)
    monkeypatch.setattr("checker.check", stub, raising=False)
    monkeypatch.chdir(course)
    return stub


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ([PASSED], 0),
        ([FAILED], 1),
        ([ERROR], 3),
        ([UNCHECKED], 3),
        ([PASSED, UNCHECKED], 3),
        ([PASSED, FAILED, UNCHECKED], 1),
        ([PASSED, PASSED], 0),
    ],
)
def test_the_exit_code_is_the_worst_of_the_results(checks, capsys, results, code):
    checks.prepared.extend(results)
    assert cli.main(["lab2", "lab3", "lab6"][: len(results)]) == code
    out, err = capsys.readouterr()
    assert out.count("Lab 3 · Two tellers") == len(results)
    assert err == ""
    assert ("passed" in out.splitlines()[-1]) == (len(results) > 1)


def test_json_is_one_line_a_lab_and_nothing_else(checks, capsys):
    checks.prepared.extend([FAILED, PASSED])
    assert cli.main(["lab2", "lab3", "--json"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["verdict"] for line in lines] == ["fail", "pass"]


def test_plain_has_no_signs(checks, capsys):
    checks.prepared.append(FAILED)
    assert cli.main(["--plain", "lab3"]) == 1
    out = capsys.readouterr().out
    assert "Step 1: teller-1 acquires alice at line 24.\n" in out
    assert "✗" not in out


def test_options_reach_the_check(checks):
    checks.prepared.extend([PASSED, PASSED])
    words = ["3", "--seed", "7", "--schedules", "50", "--seconds", "2.5", "--real-runs", "4", "--start-method", "spawn"]
    assert cli.main(words) == 0
    assert checks.asked[0] == (
        "check",
        Path("labs/lab03_transfer.py"),
        "lab03_transfer",
        Options(7, 50, 2.5, 4, "spawn"),
    )
    assert cli.main(["3", "--real-runs", "0"]) == 0
    assert checks.asked[1][3] == Options(0, None, 120.0, False, None)


def test_a_bound_reaches_the_check_and_none_is_a_bound(checks):
    checks.prepared.extend([PASSED, PASSED])
    assert cli.main(["3", "--preemptions", "0"]) == 0
    assert cli.main(["3"]) == 0
    assert [asked[3].preemptions for asked in checks.asked] == [0, None]


def test_two_jobs_reach_the_check_and_one_is_the_default(checks):
    checks.prepared.extend([PASSED, PASSED])
    assert cli.main(["--jobs", "2", "3"]) == 0
    assert cli.main(["3"]) == 0
    assert [asked[3].jobs for asked in checks.asked] == [2, 1]


def test_a_failing_schedule_is_replayed_with_its_seed(checks, capsys):
    checks.prepared.extend([replace(FAILED, seed=9), FAILED, PASSED])
    assert cli.main(["lab3"]) == 1
    assert cli.main(["replay", "lab3"]) == 1
    kind, file, schedule, options = checks.asked[1]
    assert (kind, file, schedule, options.seed) == ("replay", Path("labs/lab03_transfer.py"), DEADLOCK.schedule, 9)
    capsys.readouterr()
    Path("labs/lab03_transfer.py").write_text("changed")
    assert cli.main(["replay", "3", "--schedule", "other"]) == 0
    assert checks.asked[2][2] == "other"
    assert "has changed" not in capsys.readouterr().out


def test_a_replay_says_that_the_file_has_changed_since(checks, capsys):
    checks.prepared.extend([FAILED, FAILED])
    cli.main(["lab3"])
    Path("labs/lab03_transfer.py").write_text("changed")
    cli.main(["replay", "lab3"])
    assert "has changed since this schedule was found" in " ".join(capsys.readouterr().out.split())


def test_a_replay_that_no_longer_fits_a_changed_file_says_only_that(checks, capsys):
    no_fit = replace(UNCHECKED, message=checks.NO_FIT)
    checks.prepared.extend([FAILED, no_fit, no_fit])
    cli.main(["lab3"])
    capsys.readouterr()
    assert cli.main(["replay", "lab3"]) == 3
    assert checks.NO_FIT in capsys.readouterr().out
    Path("labs/lab03_transfer.py").write_text("changed")
    assert cli.main(["replay", "lab3"]) == 3
    out = capsys.readouterr().out
    assert "UNCHECKED  the file has changed since; check it again\n" in out
    assert checks.NO_FIT not in out
    assert "note" not in out


def test_a_failure_without_a_schedule_cannot_be_replayed(checks, capsys):
    checks.prepared.append(replace(FAILED, finding=replace(DEADLOCK, schedule="")))
    cli.main(["lab3"])
    capsys.readouterr()
    assert cli.main(["replay", "lab3"]) == 2
    assert "is not one of a single schedule" in " ".join(capsys.readouterr().err.split())


def test_the_overview_tells_what_was_found_and_what_was_changed_since(checks, capsys):
    checks.prepared.extend([PASSED, FAILED, UNCHECKED])
    cli.main(["lab2", "lab3", "lab6"])
    Path("labs/lab03_transfer.py").write_text("changed")
    capsys.readouterr()
    assert cli.main([]) == 0
    out = capsys.readouterr().out
    assert "passed, proved" in out
    assert "deadlock; since changed" in out
    assert "could not be checked" in out
    assert "1 of " in out.splitlines()[0]


def test_state_that_cannot_be_written_changes_no_verdict(checks, capsys):
    Path(".checker").write_text("in the way")
    checks.prepared.append(PASSED)
    assert cli.main(["lab3"]) == 0
    assert capsys.readouterr().err.startswith("note: ")


def test_what_goes_wrong_has_its_exit_code(checks, capsys):
    checks.prepared.extend(
        [InfraError("no process could be started:\ntry again later"), KeyboardInterrupt(), ZeroDivisionError()]
    )
    assert cli.main(["lab3"]) == 3
    assert capsys.readouterr().err == "checker: no process could be started:\n  try again later\n"
    assert cli.main(["lab3"]) == 130
    assert capsys.readouterr() == ("", "stopped\n")
    assert cli.main(["lab3"]) == 4
    err = capsys.readouterr().err
    assert "ZeroDivisionError" in err
    assert "bug of the checker" in err
    assert "report" in err


def test_all_words_are_looked_up_before_anything_is_run(checks):
    assert cli.main(["lab3", "nonsense"]) == 2
    assert not checks.asked


def test_a_lab_that_is_named_twice_is_checked_once(checks):
    checks.prepared.append(PASSED)
    assert cli.main(["lab3", "3", "labs/lab03_transfer.py"]) == 0
    assert len(checks.asked) == 1


def test_options_may_stand_anywhere():
    request = parse(["--seed", "3", "lab3", "--json", "lab4"])
    assert (request.command, request.targets, request.form, request.seed) == (
        Command.CHECK,
        ("lab3", "lab4"),
        Form.JSON,
        3,
    )
    with pytest.raises(UsageError):
        parse(["--see", "3"])


def test_the_verdicts_are_all_known_to_the_exit_codes():
    assert {cli._code(replace(PASSED, verdict=verdict)) for verdict in Verdict} == {0, 1, 3}
