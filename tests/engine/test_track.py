"""States on the way of a schedule are kept where that costs little beside its steps."""

from __future__ import annotations

import pytest

from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.engine.track import CELLS_A_STEP, EVERY_STEPS
from checker.strategies.dpor import Dpor
from tests.checked import needs_proc, run_once

pytestmark = [needs_proc, pytest.mark.usefixtures("workers")]

FILLS = """
from multiprocessing import RawArray

def main(size):
    array = RawArray("i", size)
    array[:] = range(size)
    for number in range(100):
        array[0] = number
"""


@pytest.mark.parametrize("size", [1, 2000])
def test_a_large_state_is_kept_more_seldom(program, size):
    with Engine(program(FILLS)) as engine:
        trace = run_once(engine, [size], Dpor(), Limits())
        kept = [landmark.steps for landmark in engine._track.landmarks]
        copied = sum(len(landmark.kernel.values) for landmark in engine._track.landmarks)
    assert len(trace.steps) > 100
    assert kept
    assert copied <= CELLS_A_STEP * len(trace.steps)
    assert size > 1 or len(kept) == (len(trace.steps) - 1) // EVERY_STEPS
