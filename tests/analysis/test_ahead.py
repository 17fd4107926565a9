"""What a process could still do, by the text of its program."""

from __future__ import annotations

import textwrap

import pytest

from checker.analysis.ahead import Ahead
from checker.analysis.names import names_of
from checker.trace import Wait
from tests.analysis.traces import MAIN, lock, op, step, trace

JOBS = "main/queue.1"
SOURCE = textwrap.dedent("""\
    jobs = Queue()
    def helper(queue):
        queue.put(1)
    def other():
        jobs.put(1)
    def main():
        jobs.put(1)
        for _ in range(2):
            {one}
            worker.join()
            {two}
        {three}
    main()
    {four}
    """)


@pytest.mark.parametrize(
    ("where", "text", "line"),
    [
        ("one", "pass", None),
        ("one", "jobs.put(1)", 9),  # in the loop, and so it comes again
        ("two", "jobs.put_nowait(1)", 11),
        ("three", "jobs.get(1)", None),
        ("three", "helper(jobs)", 3),
        ("three", "helper(queue=jobs)", 3),
        ("three", "helper(something)", None),
        ("three", "Process(target=other)", None),  # another one does that
        ("four", "jobs.put(1)", 14),
        ("four", "for queue in (jobs, other): queue.put(1)", 14),
    ],
)
def test_where_a_process_that_waits_could_put_an_item(where, text, line):
    source = SOURCE.format(**{"one": "pass", "two": "pass", "three": "pass", "four": "pass", where: text})
    given = trace(
        [step("main", op("queue.put", JOBS, True, None, line=7))],
        [MAIN],
        {JOBS: lock(1, kind="queue", args=(0,))},
        [Wait("main", op("process.join", "main.1", line=10), "main.1", ("main.1",))],
    )
    ahead = Ahead(given, names_of(source, given), source)
    assert ahead.knows(JOBS)
    assert ahead.line("main", "queue.put", JOBS) == line


@pytest.mark.parametrize("source", ["", "(", "jobs = Queue()\nthing.put(1)\n"])
def test_a_text_that_does_not_tell_is_not_believed(source):
    given = trace([step("main", op("queue.put", JOBS, line=2))], [MAIN], {JOBS: lock(1, kind="queue", args=(0,))})
    ahead = Ahead(given, names_of(source, given), source)
    assert not ahead.knows(JOBS)
    assert ahead.line("main", "queue.put", JOBS) is None
