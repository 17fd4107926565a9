"""A schedule as text, for `replay --schedule`: the scenario, then how many steps each task took in turn.

    there-and-back@main:5+main.1:3+main.2:4+main.1:1

Task paths never contain "@", "+" or ":", and nothing in the text needs quoting in a shell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from checker.errors import UsageError

MAX_STEPS = 1_000_000
FINE = "/fine"
"""Behind the name of the scenario where the steps are the finer ones."""


def slug(scenario: str) -> str:
    """A scenario's name as it stands in a schedule: letters and digits, everything else a hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", scenario.lower()).strip("-")


def encode(scenario: str, choices: Sequence[str], *, fine: bool = False) -> str:
    """The text of a schedule; `fine` as in a trace."""
    runs = (f"{task}:{sum(1 for _ in group)}" for task, group in groupby(choices))
    return f"{slug(scenario)}{FINE if fine else ''}@{'+'.join(runs)}"


def decode(text: str) -> tuple[str, tuple[str, ...]]:
    """The scenario's slug (with `FINE` behind it, if so) and the task of each step.

    Raises:
        UsageError: the text is no schedule.
    """
    scenario, at, rest = text.strip().partition("@")
    choices: list[str] = []
    for run in rest.split("+") if rest else ():
        task, _, count = run.rpartition(":")
        is_count = count.isascii() and count.isdecimal() and len(count) <= len(str(MAX_STEPS))
        if not task or not is_count or len(choices) + int(count) > MAX_STEPS:
            raise UsageError(f"not a schedule: {run[:60]!r} should be a task and a number of steps, as main.1:3")
        choices += [task] * int(count)
    if not scenario or not at or not choices:
        raise UsageError("not a schedule: it should look like  scenario@main:5+main.1:3")
    return scenario, tuple(choices)
