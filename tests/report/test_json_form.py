"""The report for a program: exactly the fields of schema 1."""

from __future__ import annotations

import json
from dataclasses import replace

from checker.report.json_form import json_report
from checker.result import Hazard, HazardKind, Reason, Verdict
from tests.report.results import DEADLOCK, ERROR, FAILED, PASSED, UNCHECKED

FIELDS = {
    *("schema", "lab", "file", "verdict", "proved", "reason", "message", "checks", "scenarios", "finding"),
    *("arguments", "notes", "warnings", "seconds", "python", "checker", "seed", "start_method", "sandbox"),
}


def test_a_failure_has_every_field_of_the_schema_and_no_other():
    form = json.loads(json_report(FAILED))
    assert set(form) == FIELDS
    assert set(form["checks"][0]) == {"name", "sentence", "outcome", "points", "max_points"}
    assert set(form["scenarios"][0]) == {
        *("name", "schedules", "pruned", "steps", "exhausted", "strategy", "shares", "pct", "seconds"),
    }
    assert form["scenarios"][0]["shares"] == [{"strategy": "dpor", "schedules": 2, "cut": 0, "failed": True}]
    assert form["scenarios"][0]["pct"] is None
    finding = form["finding"]
    assert set(finding) == {
        *("kind", "sentence", "scenario", "schedule", "preemptions", "steps", "waits", "expected", "actual"),
        *("line", "story"),
    }
    assert finding["steps"][7] == {
        "n": 8,
        "task": "teller-1",
        "op": "acquire",
        "object": "bob",
        "line": 25,
        "blocked": True,
        "clock_s": None,
        "failed": False,
    }
    assert finding["waits"][0] == {"task": "teller-1", "holds": ["alice"], "waits_for": "bob"}
    assert (form["schema"], form["verdict"], form["reason"]) == (1, "fail", None)
    assert [check["outcome"] for check in form["checks"]] == ["fail", "not_run", "not_run"]


def test_a_pass_and_an_unchecked_result_say_so():
    form = json.loads(json_report(PASSED))
    assert (form["verdict"], form["proved"], form["finding"]) == ("pass", True, None)
    form = json.loads(json_report(UNCHECKED))
    assert (form["verdict"], form["reason"]) == (Verdict.UNCHECKED.value, Reason.LIMIT.value)
    assert form["message"] == UNCHECKED.message


def test_warnings_are_told_in_full():
    warnings = tuple(Hazard(HazardKind.DATA_RACE, f"race {n}", (n, n + 1), ("one", "two")) for n in range(5))
    form = json.loads(json_report(replace(PASSED, warnings=warnings)))
    assert len(form["warnings"]) == 5
    assert form["warnings"][4] == {"kind": "data_race", "sentence": "race 4", "lines": [4, 5], "tasks": ["one", "two"]}
    assert json.loads(json_report(PASSED))["warnings"] == []


def test_the_story_is_told_or_null():
    assert json.loads(json_report(FAILED))["finding"]["story"] is None
    told = replace(FAILED, finding=replace(DEADLOCK, story="both read 4"))
    assert json.loads(json_report(told))["finding"]["story"] == "both read 4"


def test_a_message_is_null_where_there_is_none():
    assert json.loads(json_report(PASSED))["message"] is None
    assert json.loads(json_report(ERROR))["message"] == ERROR.message


def test_it_is_one_line_of_ascii_whatever_is_in_it():
    text = json_report(replace(FAILED, finding=replace(DEADLOCK, sentence="ä\n\u2028\ud800\x00", expected="✗")))
    assert text.isascii()
    assert text.count("\n") == 1
    assert json.loads(text)["finding"]["expected"] == "✗"
