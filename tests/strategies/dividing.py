"""Two explorers of one scripted program, in turns: when who runs, hears, and gives is drawn."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from random import Random

from checker.strategies.divided import Divided
from checker.strategies.shares import from_json, to_json
from checker.trace import EndKind
from tests.scripts import FinalState, Script, run_script


def explore_divided(
    script: Script, random: Random, *, output: str = "ordered", fine: bool = False, most: int = 100_000
) -> tuple[int, int, set[FinalState], int]:
    """Complete schedules, pruned ones, the final states of all complete ones, and how many gifts were given."""
    complete, pruned, states = 0, 0, set()

    def run(one: Divided) -> None:
        nonlocal complete, pruned
        trace, state = run_script(script, one, output=output, fine=fine)
        if trace.ending.kind is EndKind.PRUNED:
            pruned += 1
        else:
            complete += 1
            states.add(state)

    gifts = take_turns(run, random, most=most)
    return complete, pruned, states, gifts


def take_turns(run: Callable[[Divided], None], random: Random, *, most: int) -> int:
    """Has the two run until all is explored, at most so many schedules; returns how many gifts were given.

    What one says the other hears as JSON, in its order, but any time later.
    """
    eager, deaf = random.random(), random.random()
    pair = (Divided(first=True), Divided(first=False))
    on_the_way: tuple[deque[str], deque[str]] = (deque(), deque())
    count, gifts = 0, 0
    while not pair[0].exhausted:
        k = random.randrange(2)
        me, mine, theirs = pair[k], on_the_way[k], on_the_way[1 - k]
        while mine and (random.random() > deaf or (me.idle and random.random() < 0.9)):
            me.put_in(from_json(json.loads(mine.popleft())))
        if random.random() < eager:
            gifts += me.give()
        if not me.idle:
            run(me)
            count += 1
            assert count < most, "too many schedules"
        theirs.extend(json.dumps(to_json(share)) for share in me.taken_out())
    assert not any(on_the_way), "what was said after the end"
    assert pair[1].idle
    return gifts
