"""The line to look at first where a schedule ended wrong."""

from __future__ import annotations

from checker.analysis.wrong_lines import wrong_line
from tests.analysis.traces import MAIN, ONE, TWO, op, step, trace


def read(line, value, index=0):
    return op("memory.read", "main/memory.1", index, line=line), value


def write(line, value, index=0):
    return op("memory.write", "main/memory.1", index, value, line=line), None


def line_of(*steps, actual=None):
    return wrong_line(trace([step(task, *what) for task, what in steps], (MAIN, ONE, TWO), {}), actual, "")


def test_the_write_that_overwrites_what_its_task_has_not_seen():
    lost = [("main.1", read(3, 0)), ("main.2", read(5, 0)), ("main.2", write(6, 1)), ("main.1", write(4, 1))]
    assert line_of(*lost) == 4
    assert line_of(*lost, ("main", read(9, 1)), actual="1") == 4


def test_the_last_of_several_lost_updates_is_the_one():
    lost = [("main.1", read(3, 0)), ("main.2", read(3, 0)), ("main.2", write(4, 1)), ("main.1", write(5, 1))]
    assert line_of(*lost, ("main.2", write(6, 0))) == 6


def test_no_update_is_lost_where_each_reads_before_it_writes():
    in_turn = [("main.1", read(3, 0)), ("main.1", write(4, 1)), ("main.2", read(3, 1)), ("main.2", write(4, 2))]
    assert line_of(*in_turn) is None
    assert line_of(("main.1", read(3, 0)), ("main.2", write(4, 7, index=1)), ("main.1", write(5, 1))) is None
    assert line_of(("main.1", write(4, 1)), ("main.2", write(5, 2))) is None, "nobody has looked"


def test_the_line_that_printed_what_was_not_expected():
    said = [("main.1", (op("stdout.write", None, text, line=line), None)) for line, text in ((3, "one\n"), (4, "two"))]
    assert line_of(*said, actual="one") == 3
    assert line_of(*said, actual="one more two") == 4
    both = ("main.1", (op("stdout.write", None, "three\nfour", line=5), None))
    assert line_of(both, actual="onethree") == line_of(both, actual="four") == 5
    assert line_of(*said, actual="three") is None
