"""What is said behind a failure, where a program shows it: to be understood without a look at the steps."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.options import Options
from checker.result import Finding, Kind, WaitLine
from checker.script import Script, explore
from tests.checked import needs_proc

pytestmark = needs_proc


@pytest.fixture
def found(tmp_path: Path) -> Callable[..., Finding]:
    def explored(text: str, start_method: str | None = "fork") -> Finding:
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
    text = """
        from multiprocessing import Process
        def work():
            print(limit)
        if __name__ == "__main__":
            process = Process(target=work)
            process.start()
            limit = 3
        """
    assert ("imports the file anew" in found(text, method).sentence) == is_told


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


BUFFER = """
    from multiprocessing import Lock, Process, Semaphore
    def producer(lock, room, items):
        for _ in range(3):
            with lock:
                room.acquire()
                items.release()
    def consumer(mutex, free, used):
        for _ in range(3):
            with mutex:
                used.acquire()
                free.release()
    if __name__ == "__main__":
        lock, free, used = Lock(), Semaphore(2), Semaphore(0)
        Process(target=producer, args=(lock, free, used), name="producer").start()
        Process(target=consumer, args=(lock, free, used), name="consumer").start()
    """
"""Who would give back what the other waits for waits for the lock that this one holds, and has never done so."""


def test_a_semaphore_that_others_give_back_is_held_by_nobody_and_both_sides_of_the_circle_are_shown(found):
    finding = found(BUFFER.replace("range(3)", "range(1)").replace("Semaphore(2)", "Semaphore(1)"))
    assert finding.kind is Kind.DEADLOCK
    assert set(finding.waits) == {
        WaitLine("consumer", ("lock",), "one of used, which only producer releases"),
        WaitLine("producer", (), "lock"),
    }
    finding = found(BUFFER.replace("used.acquire()", "used.acquire(False)"))
    assert finding.kind is Kind.DEADLOCK
    assert set(finding.lane_tasks) == {"producer", "consumer"}
    assert set(finding.waits) == {
        WaitLine("producer", ("lock",), "one of free, which only consumer releases"),
        WaitLine("consumer", (), "lock"),
    }


def test_a_semaphore_that_nobody_gives_back_shows_who_waits_for_its_takers_too(found):
    finding = found("""
        from multiprocessing import Process, Queue, Semaphore
        def producer(jobs, free):
            for number in range(3):
                free.acquire()
                jobs.put(number)
            jobs.put(None)
        def consumer(jobs, free):
            for number in iter(jobs.get, None):
                pass
        if __name__ == "__main__":
            jobs, free = Queue(), Semaphore(2)
            Process(target=producer, args=(jobs, free), name="producer").start()
            Process(target=consumer, args=(jobs, free), name="consumer").start()
        """)
    assert (finding.kind, finding.lane_tasks) == (Kind.HANG, ("producer", "consumer"))
    assert finding.waits == (
        WaitLine("producer", (), "one of free, which nobody releases"),
        WaitLine("consumer", (), "an item in jobs, which only producer could put there"),
    )


def test_a_semaphore_whose_takers_give_it_back_is_theirs(found):
    finding = found("""
        from multiprocessing import Process, Semaphore
        def take(slots):
            slots.acquire()
        def work(printers):
            take(printers)
            take(printers)
            for _ in range(2):
                printers.release()
        if __name__ == "__main__":
            printers = Semaphore(2)
            for name in ("one", "two"):
                Process(target=work, args=(printers,), name=name).start()
        """)
    assert finding.kind is Kind.DEADLOCK
    assert finding.waits == tuple(
        WaitLine(name, ("1 of printers",), "one more of printers") for name in ("one", "two")
    )


LATE = """
    from multiprocessing import Process, Queue
    def work(jobs):
        while jobs.get() is not None:
            pass
    def end(queue):
        queue.put(None)
    if __name__ == "__main__":
        jobs = Queue()
        worker = Process(target=work, args=(jobs,), name="worker")
        worker.start()
        jobs.put(1)
        {before}
        worker.join()
        {after}
    """


def test_who_puts_an_item_only_after_the_end_of_the_one_that_waits_for_it(found):
    finding = found(LATE.format(before="pass", after="end(jobs)"))
    assert finding.kind is Kind.DEADLOCK
    assert finding.waits == (
        WaitLine("main", (), "the end of worker"),
        WaitLine("worker", (), "an item in jobs, which only main could put there"),
    )
    assert finding.story == (
        "worker got the last item of jobs, 1 (line 4): main, which could put another (line 7), waits for the end of "
        "worker first (line 14)"
    )


def test_who_puts_nothing_after_the_end_of_the_one_that_waits_is_no_part_of_it(found):
    finding = found(LATE.format(before="jobs.put(2)", after="pass"))
    assert (finding.kind, finding.waits) == (Kind.HANG, (WaitLine("worker", (), "an item in jobs"),))
    assert finding.story == ""


def test_who_gets_only_after_the_end_of_the_one_that_put(found):
    finding = found("""
        from multiprocessing import Process, Queue
        def work(results):
            results.put("x" * 100_000)
        if __name__ == "__main__":
            results = Queue()
            worker = Process(target=work, args=(results,), name="worker")
            worker.start()
            worker.join()
            results.get()
        """)
    assert finding.kind is Kind.DEADLOCK
    assert WaitLine("worker's feeder", (), "room in results, which only main could make") in finding.waits
    assert finding.story == (
        "main gets from results (line 10) only after it has joined worker (line 9), but worker cannot end before there "
        "is room in results for what it put"
    )


def test_a_get_that_does_not_wait_is_refused_while_another_is_inside_its_own(found):
    finding = found("""
        from multiprocessing import Process, Queue
        def work(jobs):
            if not jobs.empty():
                jobs.get(block=False)
        if __name__ == "__main__":
            jobs = Queue()
            jobs.put(1)
            jobs.put(2)
            for name in ("one", "two"):
                Process(target=work, args=(jobs,), name=name).start()
        """)
    failed = finding.lane_tasks[0]
    other = {"one": "two", "two": "one"}[failed]
    assert finding.lane_tasks == (failed, other)
    assert finding.story == (
        f"jobs was not empty, but {failed} could not get from it (line 5): {other} was inside its own get (line 5) and "
        "held the read lock of jobs, and get(block=False) does not wait for that"
    )
    told = [(step.task, step.op, step.line) for step in finding.steps]
    assert told.index((other, "begin to get", 5)) < told.index((failed, "fail to get", 5))


def test_a_get_that_found_the_queue_empty_was_not_refused(found):
    finding = found("""
        from multiprocessing import Queue
        Queue().get(block=False)
        """)
    assert (finding.kind, finding.story) == (Kind.EXCEPTION, "")
    assert all(step.op != "begin to get" for step in finding.steps)


BANK = """
    from multiprocessing import Lock, Process, Value
    def withdraw(lock, account):
        {check}
            with lock:
                account.value -= 80
    if __name__ == "__main__":
        lock, account = Lock(), Value("i", 100)
        tellers = [Process(target=withdraw, args=(lock, account), name=name) for name in ("one", "two")]
        for teller in tellers:
            teller.start()
        for teller in tellers:
            teller.join()
        assert account.value >= 0
    """


def test_both_passed_a_check_before_either_wrote(found):
    finding = found(BANK.format(check="if account.value >= 80:"))
    told = re.fullmatch(
        r"(one|two) and (one|two) both read 100 from account \(line 4\) before either wrote; then (one|two) wrote 20 "
        r"\(line 6\), and (one|two), which had checked the 100 and not that, wrote -60 \(line 6\)",
        finding.story,
    )
    assert told is not None, finding.story
    assert {told[1], told[2]} == {told[3], told[4]} == {"one", "two"}
    assert found(BANK.format(check="if True:")).story == ""


def test_what_is_left_in_a_queue_by_the_last_who_gets_from_it(found):
    text = """
        from multiprocessing import Process, Queue
        def produce(jobs):
            for number in (1, 2, None):
                jobs.put(number)
        def consume(jobs, results):
            for number in iter(jobs.get, None):
                results.put(number)
            {end}
        if __name__ == "__main__":
            jobs, results = Queue(), Queue()
            consumer = Process(target=consume, args=(jobs, results), name="consumer")
            produce(jobs)
            produce(jobs)
            consumer.start()
            consumer.join()
            got = []
            while not results.empty():
                got.append(results.get())
            assert sorted(got) == [{expected}]
        """
    finding = found(text.format(end="pass", expected="1, 1, 2, 2"))
    left = "1, 2 and None are left in jobs"
    assert finding.story == f"consumer, the last to get from jobs, got None (line 7) and ended: {left}"
    assert found(text.format(end="for _ in range(2): jobs.get()", expected="1, 1, 2, 2")).story == ""


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


def test_a_passed_check_is_told_where_the_assertion_is_about_what_came_of_it(found):
    finding = found("""
        from multiprocessing import Process, Value
        def sell(seats, sold):
            if seats.value > 0:
                with seats.get_lock():
                    seats.value -= 1
                with sold.get_lock():
                    sold.value += 1
        if __name__ == "__main__":
            seats, sold = Value("i", 1), Value("i", 0)
            sellers = [Process(target=sell, args=(seats, sold), name=name) for name in ("anna", "bert")]
            for seller in sellers:
                seller.start()
            for seller in sellers:
                seller.join()
            assert sold.value == 1
        """)
    assert re.fullmatch(
        r"(anna|bert) and (anna|bert) both read 1 from seats \(line 4\) before either wrote; then (anna|bert) wrote 0 "
        r"\(line 6\), and (anna|bert), which had checked the 1 and not that, wrote -1 \(line 6\)",
        finding.story,
    )
