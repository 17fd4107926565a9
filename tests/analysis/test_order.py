"""What is said of results that come in another order, and where nothing is said."""

from __future__ import annotations

import pytest

from checker.analysis.names import names_of
from checker.analysis.order import order_told
from checker.options import Options
from checker.script import Script, explore
from tests.checked import needs_proc

pytestmark = needs_proc

PROGRAM = """
from multiprocessing import Process, {queue}, Value

def square(results, seen, n):
    {before}
    results.put(n * n)

if __name__ == "__main__":
    results, seen = {queue}(), Value("i", 0)
    processes = [Process(target=square, args=(results, seen, n), name=f"square-{{n}}") for n in (1, 2)]
    for process in processes:
        process.start()
    got = [results.get() for _ in processes]
    for process in processes:
        process.join()
    {after}
"""
AFTER = "assert got == [1, 4]"


def found(folder, *, queue="Queue", before="pass", after=AFTER):
    file = folder / "squares.py"
    file.write_text(PROGRAM.format(queue=queue, before=before, after=after), encoding="utf-8")
    finding = explore(Script(file), Options()).finding
    assert finding is not None
    return finding


def test_who_put_first_is_told_with_the_values(tmp_path):
    finding = found(tmp_path, queue="SimpleQueue")
    assert finding.story == (
        "square-2 put 4 into results (line 6) before square-1 put 1 there (line 6), and so main got it first (line 13)"
        ": nothing says which one comes first"
    )


def test_of_a_queue_it_may_be_the_feeders(tmp_path):
    finding = found(tmp_path)
    steps = [(step.task, step.op) for step in finding.steps]
    if steps.index(("square-2", "put 4")) < steps.index(("square-1", "put 1")):
        assert finding.story.startswith("square-2 put 4 into results (line 6) before square-1 put 1 there (line 6)")
    else:
        assert finding.story.startswith("what square-2 put into results (line 6) was sent before what square-1 had put")


@pytest.mark.parametrize(
    ("assertion", "is_told"),
    [
        ("assert got == sorted(got)", True),
        ("assert [results.get(), results.get()] == [1, 4]", True),
        ("assert sorted(got) == [4, 1]", False),
        ("assert len(got) == 3", False),
        ("assert sum(got) == 6", False),
        ("assert got", False),
        ("assert 9 in got", False),
        ("raise AssertionError", False),
    ],
)
def test_only_what_an_order_decides_is_laid_to_it(tmp_path, assertion, is_told):
    trace = found(tmp_path, queue="SimpleQueue").trace
    source = PROGRAM.format(queue="SimpleQueue", before="pass", after=assertion)
    line = source.splitlines().index(f"    {assertion}") + 1
    assert bool(order_told(trace, names_of(source, trace), source, line, "main").told) == is_told


def test_nothing_is_told_where_shared_memory_is_read(tmp_path):
    assert "put" not in found(tmp_path, before="n += seen.value", queue="SimpleQueue").story


def test_nothing_is_told_of_items_that_are_equal(tmp_path):
    assert not found(tmp_path, before="n = 3", after="assert got == [9, 8]").story


RACE = """
from multiprocessing import Lock, Process, Queue

def work(name, lock, out):
    out.put(name if lock.acquire(block=False) else "none")

if __name__ == "__main__":
    lock, out = Lock(), Queue()
    processes = [Process(target=work, args=(name, lock, out)) for name in ("first", "second")]
    for process in processes:
        process.start()
    got = {got}
    for process in processes:
        process.join()
    assert {test}
"""


@pytest.mark.parametrize(
    ("got", "test"),
    [
        ("{out.get(), out.get()}", "got == {'first', 'none'}"),
        ("dict([(out.get(), 1), (out.get(), 1)])", "got == {'first': 1, 'none': 1}"),
        ("out.get() + out.get()", "got == 'firstnone'"),
        ("sorted([out.get(), out.get()])", "got == ['first', 'none']"),
    ],
)
def test_nothing_is_told_where_another_got_the_lock_first(tmp_path, got, test):
    file = tmp_path / "race.py"
    file.write_text(RACE.replace("{got}", got).replace("{test}", test), encoding="utf-8")
    finding = explore(Script(file), Options()).finding
    assert finding is not None
    assert finding.story == ""
