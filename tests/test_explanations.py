"""What is said behind a failure, where a program shows it: to be understood without a look at the steps."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.options import Options
from checker.result import Finding, Kind
from checker.script import Script, explore
from tests.checked import needs_proc

pytestmark = needs_proc


@pytest.fixture
def found(tmp_path: Path) -> Callable[..., Finding]:
    def explored(text: str, start_method: str | None = None) -> Finding:
        file = tmp_path / "script.py"
        file.write_text(textwrap.dedent(text), encoding="utf-8")
        finding = explore(Script(file), Options(start_method=start_method)).finding
        assert finding is not None
        return finding

    return explored


def test_who_got_the_last_item_of_a_queue(found):
    finding = found("""
        from multiprocessing import Process, SimpleQueue
        def work(jobs):
            while jobs.get() is not None:
                pass
        if __name__ == "__main__":
            jobs = SimpleQueue()
            for number in (1, 2):
                Process(target=work, args=(jobs,), name=f"worker-{number}").start()
            jobs.put(None)
        """)
    assert finding.story in {
        f"worker-{number} got the last item of jobs, None (line 4): nobody puts another" for number in (1, 2)
    }


def test_where_an_item_was_put_and_never_sent_nobody_got_the_last_one(found):
    finding = found("""
        import os
        from multiprocessing import Process, Queue
        def put(jobs):
            jobs.put(2)
            os._exit(0)
        def work(jobs):
            jobs.get()
        if __name__ == "__main__":
            jobs = Queue()
            jobs.put(1)
            Process(target=put, args=(jobs,)).start()
            for number in (1, 2):
                Process(target=work, args=(jobs,), name=f"worker-{number}").start()
        """)
    assert finding.kind is Kind.HANG
    assert finding.story == ""


def test_a_global_variable_that_an_assertion_is_about(found):
    text = """
        from multiprocessing import Process
        count = 0
        def work():
            global count
            count += 1
        if __name__ == "__main__":
            child = Process(target=work)
            child.start()
            child.join()
            assert {what} == 1
        """
    assert "count is a global variable: each process has its own" in found(text.format(what="count")).sentence
    assert "global" not in found(text.format(what="child.exitcode")).sentence


def test_of_values_and_locks_that_each_process_makes_it_is_the_values(found):
    finding = found(
        """
        from multiprocessing import Lock, Process, Value
        lock, count = Lock(), Value("i", 0)
        def work():
            with lock:
                count.value += 1
        if __name__ == "__main__":
            children = [Process(target=work) for _ in range(2)]
            for child in children:
                child.start()
            for child in children:
                child.join()
            assert count.value == 2
        """,
        "spawn",
    )
    assert "pass one Value as an argument" in finding.sentence


@pytest.mark.parametrize(("method", "is_told"), [("fork", False), ("spawn", True)])
def test_of_a_name_that_came_late_only_spawning_is_blamed_where_it_was_spawned(found, method, is_told):
    finding = found(f"""
        from multiprocessing import Process, set_start_method
        def work():
            print(limit)
        if __name__ == "__main__":
            set_start_method("{method}")
            process = Process(target=work)
            process.start()
            limit = 3
        """)
    assert ("imports the file anew" in finding.sentence) == is_told


def test_who_asks_for_its_parent(found):
    finding = found("""
        import os
        from multiprocessing import Process
        def work():
            os.getppid()
            raise SystemExit(3)
        if __name__ == "__main__":
            Process(target=work).start()
        """)
    (asked,) = [step for step in finding.steps if step.line == 5]
    assert (asked.op, asked.object) == ("see that its parent has not ended", "")


def test_half_of_a_thing_is_seen_before_the_line_that_shows_it(found):
    """The wrong line is the first one; whoever sees half of it later explains nothing."""
    finding = found("""
        from multiprocessing import Process, Value
        def move(left, right):
            left.value -= 1
            right.value += 1
        def look(left, right):
            assert left.value + right.value == 10
        if __name__ == "__main__":
            left, right = Value("i", 5), Value("i", 5)
            children = [Process(target=move, args=(left, right), name="mover")]
            children += [Process(target=look, args=(left, right), name=f"looker-{n}") for n in (1, 2)]
            for child in children:
                child.start()
        """)
    failed = next(step.task for step in finding.steps if step.failed)
    assert finding.story.startswith(f"{failed} (line 7) saw left (")


@pytest.mark.parametrize(
    ("work", "after"),
    [
        ("v.value = 1; v.value = 2", "assert v.value != 1"),
        ("lock.acquire(); lock.release()", "lock.acquire()"),
    ],
)
def test_a_schedule_is_found_with_as_many_preemptions_as_it_is_said_to_have(tmp_path, work, after):
    file = tmp_path / "killed.py"
    file.write_text(KILLED.format(work=work, after=after), encoding="utf-8")
    finding = explore(Script(file), Options()).finding
    assert finding is not None
    assert finding.preemptions == 2
    assert explore(Script(file), Options(preemptions=1)).finding is None
    assert explore(Script(file), Options(preemptions=2)).finding is not None


KILLED = """
from multiprocessing import Lock, Process, Value

def work(lock, v):
    {work}

if __name__ == "__main__":
    lock, v = Lock(), Value("i", 0, lock=False)
    process = Process(target=work, args=(lock, v))
    process.start()
    process.terminate()
    process.join()
    {after}
"""


ONCE = """
from multiprocessing import Process, Value

def work(ready, count):
    if {test}:
        {then}
    {last}
    with count.get_lock():
        count.value += {more}

if __name__ == "__main__":
    ready, count = Value("i", 0), Value("i", 0)
    processes = [Process(target=work, args=(ready, count), name=f"p{{n}}") for n in (1, 2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert count.value == 1
"""


def test_two_that_pass_the_same_check_lose_no_update(tmp_path):
    file = tmp_path / "once.py"
    told = []
    for then, last, more in (("return", "ready.value = 1", "1"), ("ready.value = 1", "pass", "1 + 0 * ready.value")):
        test = "ready.value" if then == "return" else "not ready.value"
        file.write_text(ONCE.format(test=test, then=then, last=last, more=more), encoding="utf-8")
        finding = explore(Script(file), Options()).finding
        assert finding is not None
        told.append(finding.story)
    assert told[0] == "p1 and p2 both read 0 from ready (line 5) before either wrote 1 (line 7), and so both went on"
    assert "lost" not in told[1]
