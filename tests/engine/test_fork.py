"""Processes that the program forks: what they have, what they do not, and that none is left behind."""

from __future__ import annotations

import os
import signal
import sys
import time

import pytest

from checker.analysis import forks
from checker.engine.call import Asking, Entry, Manner
from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.errors import InfraError
from checker.explore import Budget, Why, explore
from checker.strategies.replay import Replay
from checker.trace import EndKind, Reliance
from checker.vocabulary import ASKING, FORKED
from tests.checked import run_once
from tests.conformance.explored import YoungestFirst

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="controlled fork needs a system with subreapers")
FORK = Manner(start_method="fork", asking=Asking.ASKED)
LIMITS = Limits(steps=500)


@pytest.fixture
def once(program):
    """Runs the body of a function main() once under controlled fork: once(body) -> Trace."""

    def run(text, **options):
        with Engine(program(text), manner=FORK) as engine:
            return run_once(engine, [], options.pop("strategy", YoungestFirst()), LIMITS, **options)

    return run


def test_the_words_of_worker_and_judge_are_the_same():
    assert {asking.value for asking in Asking} == ASKING
    assert forks.FORKED == FORKED


def test_what_it_opened_before_is_shared_and_nothing_is_proved(once, tmp_path):
    file = tmp_path / "data.txt"
    file.write_text("text")
    text = f"""
        from multiprocessing import Process
        def main():
            with open({str(file)!r}) as stream:
                child = Process(target=stream.read)
                child.start()
                child.join()
        """
    assert once(text).relies == {Reliance.FILES}
    assert once(text.replace("with open(", "with open(__file__):\n                pass\n            with open(")).relies


def test_a_child_in_a_schedule_that_ends_early_is_ended(program, workers):
    text = """
        from multiprocessing import Process
        def main():
            child = Process(target=print)
            child.start()
            child.terminate()
            child.join()
            return child.exitcode
        """
    with Engine(program(text), manner=FORK) as engine:
        trace = run_once(engine, [], Replay(("main", "main", "main", "main")), Limits(steps=4))
        assert trace.ending.kind is EndKind.STEP_LIMIT
        found = explore(lambda strategy: run_once(engine, [], strategy, LIMITS), lambda trace: None, Budget(100, 60))
        assert found.why is Why.EXHAUSTED
        deadline = time.monotonic() + 10
        while len(workers()) > 8 and time.monotonic() < deadline:  # the zygote, a warm worker, those made ahead
            pass
        assert len(workers()) <= 8


def test_orphans_are_ended_with_the_engine(program, workers):
    text = """
        import os
        from multiprocessing import Lock, Process
        def main():
            lock = Lock()
            lock.acquire()
            def outer():
                Process(target=lock.acquire).start()
                os._exit(0)
            Process(target=outer).start()
            lock.acquire()
        """
    with Engine(program(text), manner=FORK) as engine:
        trace = run_once(engine, [], YoungestFirst(), LIMITS)
        assert trace.ending.kind is EndKind.STUCK
        assert {"main", "main.1", "main.1.1"} <= set(trace.tasks)
    assert workers() == []


@pytest.mark.parametrize("body", ["os.kill(REAL, 9)", "while True: pass"])
def test_a_child_that_vanishes_or_never_comes_back(program, workers, body):
    text = f"""
        import ctypes, os
        from multiprocessing import Process
        def child():
            {body.replace("os.kill(REAL, 9)", "ctypes.CDLL(None).raise_ if 0 else ctypes.string_at(0)")}
        def main():
            Process(target=child).start()
        """
    with Engine(program(text), manner=FORK, cpu_limit_s=0.5) as engine:
        ending = run_once(engine, [], YoungestFirst(), LIMITS).ending
    vanished = (EndKind.VANISHED, "main.1", signal.Signals.SIGSEGV.name)
    assert (ending.kind, ending.task, ending.detail) in (vanished, (EndKind.ENDLESS_LOOP, "main.1", ""))


def test_the_lines_of_a_child_are_not_those_of_its_parent(once):
    trace = once(
        """
        from multiprocessing import Process
        def main():
            child = Process(target=int)
            child.start()
            child.join()
        """
    )
    assert [step.op.line for step in trace.steps if step.task == "main.1"] == [None, None]
    assert next(step.op.line for step in trace.steps if step.op.kind == "process.start") == 5


def test_a_child_that_is_spawned_by_one_that_was_forked_and_the_other_way_round(once):
    text = """
        from multiprocessing import get_context
        def inner(queue):
            queue.put(__name__)
        def outer(queue):
            get_context(SECOND).Process(target=inner, args=(queue,)).start()
        def main():
            queue = get_context("spawn").SimpleQueue()
            get_context(FIRST).Process(target=outer, args=(queue,)).start()
            return queue.get()
        """
    trace = once(text.replace("FIRST", "'fork'").replace("SECOND", "'spawn'"))
    assert (trace.ending.kind, trace.returned) == (EndKind.FINISHED, "__mp_main__")
    trace = once(text.replace("FIRST", "'spawn'").replace("SECOND", "'fork'"))
    assert trace.ending.kind is EndKind.REFUSED
    assert "that was itself spawned is not controlled yet" in trace.ending.detail


def test_memory_that_was_let_go_of_after_a_fork_may_be_reused(once):
    text = """
        from multiprocessing import Process, Value
        def main():
            one, go = Value("i", 1), Value("i", 0)
            child = Process(target=lambda: one.value)
            child.start()
            del one, DROP
            two = Value("i", 2)
            child.join()
        """
    assert once(text.replace("one, DROP", "go")).relies == {Reliance.MEMORY}
    assert once(text.replace("            del one, DROP\n", "")).relies == set()


@pytest.mark.parametrize("posting", [True, False])
def test_posting_changes_nothing(program, posting):
    text = """
        from multiprocessing import Lock, Process, RawValue
        def main():
            lock, count = Lock(), RawValue("i", 0)
            def work():
                with lock:
                    count.value += 1
            children = [Process(target=work) for _ in range(2)]
            for child in children:
                with lock:
                    count.value += 1
                child.start()
            for child in children:
                child.join()
            return count.value
        """
    with Engine(program(text), manner=FORK) as engine:
        engine._posting = posting
        found = explore(
            lambda strategy: run_once(engine, [], strategy, LIMITS),
            lambda trace: None if trace.returned == 4 else trace,
            Budget(999, 60),
        )
    assert (found.why, found.failure, found.schedules) == (Why.EXHAUSTED, None, 3)


@pytest.mark.parametrize(
    ("asking", "seen"), [(Asking.ASKED, "fork"), (Asking.FORCED, "spawn"), (Asking.SPAWNED, "refused")]
)
def test_who_asks_for_fork_gets_what_the_manner_says(program, asking, seen):
    text = """
        import sys
        from multiprocessing import get_context
        if __name__ == "__main__":
            get_context("fork").Process(target=sys.exit).start()
        """
    manner = Manner(Entry.SCRIPT, "spawn", asking)
    with Engine(program(text), manner=manner) as engine:
        trace = run_once(engine, ["program.py"], YoungestFirst(), LIMITS)
    if seen == "refused":
        assert trace.ending.kind is EndKind.REFUSED
    else:
        assert trace.ending.kind is EndKind.FINISHED
        assert forks.seen_start_method(trace, "fork") == seen


def test_workers_that_fall_to_nobody_are_not_forked(program):
    text = """
        from multiprocessing import Process
        def main():
            Process(target=print).start()
        """
    with Engine(program(text), manner=FORK, start_method="spawn") as engine:
        ending = run_once(engine, [], YoungestFirst(), LIMITS).ending
    assert (ending.kind, ending.reason) == (EndKind.REFUSED, "uncontrolled")


def test_a_process_id_that_is_nobodys_is_a_finding(program):
    text = """
        import os
        from checker.controlled import popen_fork
        from multiprocessing import Process
        def main():
            popen_fork._forked = lambda: NUMBER
            Process(target=print).start()
        """
    for number in (os.getpid(), 1, 2**31 - 1, 2**31, 10**30, -(10**30), "'x'"):
        file = program(text.replace("NUMBER", str(number)))
        with Engine(file, manner=FORK) as engine:
            ending = run_once(engine, [], YoungestFirst(), LIMITS).ending
        assert ending.kind is EndKind.MALFORMED, ending


@pytest.mark.parametrize("body", ["while True: pass", "lock.acquire()"])
def test_no_forked_process_outlives_the_zygote(program, workers, body):
    """The system ends them, a moment later: `workers` looks in the end."""
    text = f"""
        from multiprocessing import Lock, Process
        def main():
            lock = Lock()
            lock.acquire()
            def inner():
                {body}
            def outer():
                Process(target=inner).start()
                lock.acquire()
            Process(target=outer).start()
            lock.acquire()
        """
    with (
        pytest.raises(InfraError, match="the process that starts the workers is gone"),
        Engine(program(text), manner=FORK, cpu_limit_s=60) as engine,
    ):
        engine._computing = lambda name, cpu_s: engine._source._process.kill()
        run_once(engine, [], YoungestFirst(), LIMITS)
        engine._source._process.kill()
        run_once(engine, [], YoungestFirst(), LIMITS)
