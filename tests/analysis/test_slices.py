"""Which lines an assertion rests on."""

from __future__ import annotations

import pytest

from checker.analysis.slices import rests_on
from tests.analysis.traces import MAIN, op, step, trace

SOURCE = """jobs, other, seats = Queue(), Queue(), Value("i", 4)
def taken():
    return seats.value
if other.empty():
    other.put(1)
print(other.get())
total = 0
while seats.value:
    total += jobs.get()
late = taken()
rows = []
rows.append(seats.value)
for n in (1, 2):
    with seats.get_lock():
        rows[0] = n
assert {}
"""


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("True", set()),
        ("other.get()", {4, 5}),
        ("total", {7, 8, 9}),
        ("late", {3, 10}),
        ("rows", {11, 12, 13, 14, 15}),
    ],
)
def test_what_it_rests_on_is_what_makes_what_it_names(said, lines):
    steps = [step("main", op("clock", line=line)) for line in range(1, 17)]
    found = rests_on(trace(steps, (MAIN,)), SOURCE.format(said), "main", [16], None)
    assert {number + 1 for number in found} - {1, 2, 16} == lines


def test_it_is_what_its_task_did_before():
    steps = [step(task, op("clock", line=16)) for task in ("main", "main.1", "main", "main")]
    assert rests_on(trace(steps, (MAIN,)), SOURCE.format("late"), "main", [16], 3) == {0, 2}
    assert rests_on(trace(steps, (MAIN,)), "def it(:", "main", [16], 3) == set()
