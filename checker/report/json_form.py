"""The report for a program: one JSON object for each file, on one line."""

from __future__ import annotations

import json

from checker.result import Finding, Pct, Result
from checker.trace import Json

SCHEMA = 1


def json_report(result: Result) -> str:
    """The object of one file as a line of ASCII, with a newline behind it."""
    return json.dumps(json_form(result)) + "\n"


def json_form(result: Result) -> dict[str, Json]:
    """The object of one file, of schema 1; seconds are rounded to milliseconds."""
    return {
        "schema": SCHEMA,
        "lab": result.lab,
        "file": result.file,
        "arguments": list(result.arguments),
        "verdict": result.verdict.value,
        "proved": result.proved,
        "reason": result.reason.value if result.reason else None,
        "message": result.message or None,
        "checks": [
            {
                "name": check.name,
                "sentence": check.sentence,
                "outcome": check.outcome.value,
                "points": check.points,
                "max_points": check.max_points,
            }
            for check in result.checks
        ],
        "scenarios": [
            {
                "name": scenario.name,
                "schedules": scenario.schedules,
                "pruned": scenario.pruned,
                "steps": scenario.steps,
                "exhausted": scenario.exhausted,
                "strategy": scenario.strategy,
                "shares": [
                    {
                        "strategy": share.strategy,
                        "schedules": share.schedules,
                        "cut": share.cut,
                        "failed": share.failed,
                    }
                    for share in scenario.shares
                ],
                "pct": _pct(scenario.pct) if scenario.pct else None,
                "seconds": round(scenario.seconds, 3),
            }
            for scenario in result.scenarios
        ],
        "finding": _finding(result.finding) if result.finding else None,
        "warnings": [
            {
                "kind": warning.kind.value,
                "sentence": warning.sentence,
                "lines": list(warning.lines),
                "tasks": list(warning.tasks),
            }
            for warning in result.warnings
        ],
        "notes": list(result.notes),
        "seconds": round(result.seconds, 3),
        "python": result.python,
        "checker": result.checker,
        "seed": result.seed,
        "start_method": result.start_method,
        "sandbox": result.sandbox,
    }


def _pct(pct: Pct) -> dict[str, Json]:
    return {"tasks": pct.tasks, "steps": pct.steps, "schedules": pct.schedules}


def _finding(finding: Finding) -> dict[str, Json]:
    return {
        "kind": finding.kind.value,
        "sentence": finding.sentence,
        "scenario": finding.scenario,
        "schedule": finding.schedule,
        "line": finding.line,
        "preemptions": finding.preemptions,
        "steps": [
            {
                "n": step.n,
                "task": step.task,
                "op": step.op,
                "object": step.object,
                "line": step.line,
                "blocked": step.blocked,
                "clock_s": step.clock_s,
                "failed": step.failed,
            }
            for step in finding.steps
        ],
        "waits": [
            {"task": wait.task, "holds": list(wait.holds), "waits_for": wait.waits_for} for wait in finding.waits
        ],
        "expected": finding.expected,
        "actual": finding.actual,
        "story": finding.story or None,
    }
