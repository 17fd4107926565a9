"""How a race can be reversed: what has to be left out of a schedule so that its later step may come first."""

from __future__ import annotations

from typing import Any

from checker.strategies.base import Situation
from checker.strategies.history import History
from checker.trace import Cell, Footprint

MAX_STATES_FOR_ONE_RACE = 64
"""How many cuts are tried for one race until it is given up: all enabled tasks are explored from there instead."""


class GivenUp(Exception):
    """Too many cuts let the later step of a race wait: nobody knows whether one would not."""


def reversal(
    history: History, situation: Situation, second: Any, needed: int, first: int, independent: int
) -> tuple[int, Footprint] | None:
    """The steps after `first` that let `second` run without it, and its footprint then; None where nothing does.

    The steps are those in `independent`, less what would keep `second` blocked, but never less than `needed`.

    Raises:
        GivenUp: it was not found out.
    """
    earlier = (1 << first) - 1
    tried = {independent}
    states = [independent]
    while states:
        kept = states.pop(0)
        included = earlier | kept

        def lookup(cell: Cell, default: Any, included: int = included) -> Any:
            return history.value(cell, default, included)

        enabled, footprint = situation.preview(second, lookup)
        if enabled:
            return kept, footprint
        if len(tried) > MAX_STATES_FOR_ONE_RACE:
            raise GivenUp
        for cell in footprint.reads:
            writers = history.writers(cell) & kept
            if writers:
                latest = writers.bit_length() - 1
                fewer = kept & ~history.after(latest, len(history.steps))
                if fewer not in tried and not needed & ~(fewer | earlier):
                    tried.add(fewer)
                    states.append(fewer)
    return None
