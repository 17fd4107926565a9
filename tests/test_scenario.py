"""Examining a scenario: what fails is shown in its shortest schedule, or as it was found where that is not sure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from checker import catalog
from checker.engine.engine import Engine
from checker.errors import NotRepeatable, StartAgain
from checker.result import Finding, Kind
from checker.scenario import Examined, Examiner
from checker.schedules import decode, encode
from checker.spec import Scenario
from checker.strategies.base import Strategy
from checker.strategies.replay import Replay
from checker.trace import Trace
from tests.checked import ROOT, judged, needs_proc

pytestmark = needs_proc

LAB = ROOT / "labs" / "lab03_transfer.py"
SCENARIO = catalog.load_spec("lab03_transfer").scenarios[0]


class Watched(Engine):
    """An engine that notes by which strategies it runs, and whether in fresh processes."""

    def __init__(self, file: Path, **options: Any) -> None:
        super().__init__(file, **options)
        self.runs: list[tuple[str, bool]] = []

    def run_once(self, args: Any, strategy: Strategy, limits: Any, *, output: str = "", fresh: bool = False) -> Trace:
        self.runs.append((strategy.name, fresh))
        return super().run_once(args, strategy, limits, output=output, fresh=fresh)


class StartingAgain(Watched):
    """It finds out only while shrinking that it has to take finer steps."""

    def run_once(self, args: Any, strategy: Strategy, limits: Any, *, output: str = "", fresh: bool = False) -> Trace:
        trace = super().run_once(args, strategy, limits, output=output, fresh=fresh)
        if len([name for name, _ in self.runs if name == "guided"]) == 3 and strategy.name == "guided":
            self.fine = True
            raise StartAgain
        return trace


class OnlyTheFirst(Watched):
    """In fresh processes the program follows the first failing schedule alone."""

    def run_once(self, args: Any, strategy: Strategy, limits: Any, *, output: str = "", fresh: bool = False) -> Trace:
        if isinstance(strategy, Replay):
            replayed = strategy._choices
            if replayed != self.first:
                raise NotRepeatable(3, "a step", "another", None)
        trace = super().run_once(args, strategy, limits, output=output, fresh=fresh)
        if strategy.name == "DPOR":
            self.first = trace.choices
        return trace


def examined(engine: Engine, source: str = "", scenario: Scenario = SCENARIO, **options: Any) -> Examined:
    said: list[str] = []
    with engine:
        found = Examiner(engine, source, None, 60.0, 0, said.append).examine(scenario, **options)
    assert ("making the failing schedule shorter" in said) == any(
        name == "guided" for name, _ in getattr(engine, "runs", [])
    )
    return found


def finding_of(found: Examined) -> Finding:
    assert found.finding is not None
    return found.finding


def found_first(found: Examined) -> str:
    assert found.found.failing is not None
    return encode(SCENARIO.name, found.found.failing.choices)


def steps(schedule: str) -> int:
    return len(decode(schedule)[1])


def test_what_is_shown_is_shorter_and_seen_in_fresh_processes() -> None:
    engine = Watched(LAB)
    found = examined(engine)
    finding = finding_of(found)
    assert finding.kind is Kind.DEADLOCK
    assert steps(finding.schedule) < steps(found_first(found))
    assert (finding.replayed, finding.replays) == (3, 3)
    assert finding.number == found.found.failing_number, "it is the schedule in which it was first seen"
    assert {fresh for name, fresh in engine.runs if name == "guided"} == {False}
    assert [run for run in engine.runs if run[0] == "replay"] == [("replay", True)] * 3


def test_a_deadlock_of_two_locks_is_four_steps() -> None:
    finding = judged(LAB, "lab03_transfer").finding
    assert finding is not None
    shown = [(step.task, step.op) for step in finding.steps if step.task in finding.lane_tasks]
    assert [op for _, op in shown] == ["acquire"] * 4


def test_where_it_is_not_seen_in_fresh_processes_the_first_one_is_shown() -> None:
    found = examined(OnlyTheFirst(LAB))
    finding = finding_of(found)
    assert (finding.kind, finding.schedule) == (Kind.DEADLOCK, found_first(found))
    assert finding.replayed == finding.replays


def test_where_everything_would_have_to_start_again_the_first_one_is_shown() -> None:
    engine = StartingAgain(LAB)
    found = examined(engine)
    assert finding_of(found).schedule == found_first(found)
    assert not engine.fine, "the schedule is one of the coarser steps"


def test_fresh_explorations_are_shrunk_with_fewer_runs_all_fresh() -> None:
    engine = Watched(LAB)
    examined(engine, fresh=True)
    guided = [fresh for name, fresh in engine.runs if name == "guided"]
    assert guided == [True] * len(guided)
    assert 1 < len(guided) <= 20


@pytest.mark.parametrize("body", ["while True: pass", "while True: print('x' * 10_000)"])
def test_what_costs_seconds_is_not_shrunk(tmp_path: Path, body: str) -> None:
    file = tmp_path / "program.py"
    file.write_text(f"def main():\n    {body}\n", encoding="utf-8")
    engine = Watched(file, cpu_limit_s=0.5)
    assert finding_of(examined(engine, scenario=Scenario("one", (), ()))).kind in (
        Kind.ENDLESS_LOOP,
        Kind.WRONG_RESULT,
    )
    assert "guided" not in {name for name, _ in engine.runs}
