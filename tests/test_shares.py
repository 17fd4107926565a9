"""What is said of a scenario where the budget is too small for the proof: how much was tried, and by whom."""

from __future__ import annotations

from checker.result import Pct, Verdict
from tests.checked import ROOT, judged

SOLUTION = ROOT / "solutions" / "lab02_counter.py"  # its first scenario has 90 interleavings that differ in effect


def test_twice_as_many_as_there_are_prove_it():
    result = judged(SOLUTION, schedules=180)
    assert result.proved
    (share,) = result.scenarios[0].shares
    assert (share.strategy, share.schedules, share.cut, share.failed) == ("DPOR", 90, 0, False)


def test_with_fewer_the_notes_tell_the_exact_numbers():
    result = judged(SOLUTION, schedules=60)
    assert (result.verdict, result.proved) == (Verdict.UNCHECKED, False)
    scenario = result.scenarios[0]
    assert scenario.strategy == "DPOR, then portfolio"
    assert [(share.strategy, share.schedules) for share in scenario.shares] == [
        ("DPOR", 30),
        *((name, 5) for name in ("random walk", "POS", "SURW", "PCT, d = 3", "PCT, d = 2", "PCT, d = 1")),
    ]
    assert scenario.pct == Pct(tasks=4, steps=51, schedules=15)
    assert result.notes == (
        "30 interleavings were tried one by one, and 30 schedules were drawn at random: that is not the end of them "
        "(see --schedules)",
        "the random ones look above all for what goes wrong when a few steps come in an unlucky order",
    )


def test_nothing_is_said_of_what_was_not_drawn():
    result = judged(SOLUTION, schedules=1)
    assert [share.strategy for share in result.scenarios[0].shares] == ["DPOR"]
    (covered,) = result.notes
    assert covered == "1 interleaving was tried one by one: that is not the end of them (see --schedules)"
    assert result.scenarios[0].pct is None
