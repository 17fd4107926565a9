"""Seeds `random` for each process, and tells the judge whether the program draws from it. Runs in a worker process."""

from __future__ import annotations

import random

from checker.controlled.conversation import ask

_MAX_SEEDS = 1000
_FIRST_DRAWN: dict[str, int] = {}
_draw = random.getrandbits  # the program may put something else there


class _State:
    """The seed of the process."""

    seed = ""


def begin(seed: str) -> None:
    """Gives the process its own seed."""
    _State.seed = seed
    random.seed(seed)


def tell() -> None:
    """Tells the judge, if the next number is not the first any more."""
    seed = _State.seed
    first = _FIRST_DRAWN.get(seed)
    if first is None:
        if len(_FIRST_DRAWN) >= _MAX_SEEDS:
            _FIRST_DRAWN.clear()
        first = _FIRST_DRAWN[seed] = random.Random(seed).getrandbits(64)
    if _draw(64) != first:
        ask("rely", None, ("random",))
