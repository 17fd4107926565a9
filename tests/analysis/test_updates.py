"""What is a lost update, and what is none."""

from __future__ import annotations

from checker.analysis.updates import LostUpdate, blind_lines, lost_updates
from tests.analysis.traces import MAIN, ONE, TWO, op, step, trace

CELL = ("main/memory.1", 0)


def read(task, index=0):
    return step(task, op("memory.read", "main/memory.1", index), 0)


def write(task, index=0):
    return step(task, op("memory.write", "main/memory.1", index, 1))


def found(*steps):
    return lost_updates(trace(steps, (MAIN, ONE, TWO)))


def test_a_write_over_what_others_wrote_since_the_read():
    steps = [read("main.1"), read("main.2"), write("main.2"), write("main.2"), write("main.1")]
    assert found(*steps) == (LostUpdate(CELL, read=0, seen=0, others=(2, 3), write=4),)


def test_a_number_that_is_kept_and_written_again():
    steps = [read("main.1"), write("main.1"), write("main.2"), write("main.1")]
    assert found(*steps) == (LostUpdate(CELL, read=0, seen=1, others=(2,), write=3),)


def test_who_has_looked_since_or_never_or_at_something_else_loses_nothing():
    assert found(read("main.1"), write("main.2"), read("main.1"), write("main.1")) == ()
    assert found(write("main.1"), write("main.2"), write("main.1")) == ()
    assert found(read("main.1"), write("main.2", 1), write("main.1")) == ()


def test_slices_touch_all_their_elements():
    whole = step("main.1", op("memory.read_slice", "main/memory.1", 0, 2, 1), [0, 0])
    back = step("main.1", op("memory.write_slice", "main/memory.1", 0, 2, 1, [0, 0]))
    assert {lost.cell for lost in found(whole, write("main.2", 1), back)} == {("main/memory.1", 1)}


def test_a_write_of_an_argument_rests_on_a_read_where_the_function_is_called_with_one():
    save = "def save(count, n):\n    count.value = n\n"
    assert blind_lines(f"{save}Process(target=save, args=(count, 3))") == {2}
    assert blind_lines(f"{save}save(count, count.value + 1)") == set()
    assert blind_lines("def save(count, n):\n    n = count.value\n    count.value = n\n") == set()
    assert blind_lines("if count.value:\n    count.value = 0\n") == set()
    assert blind_lines("count.value = 0 if") == set()
    left = "def once(count):\n    if count.value:\n        {}\n    count.value = 1\n"
    assert blind_lines(left.format("print(1)")) == {4}
    assert blind_lines(left.format("return")) == set(), "it is under the condition as well"
    loop = "    while True:\n        if count: break\n        count.value = 2\n"
    assert blind_lines(left.format("pass") + loop) == {4}
