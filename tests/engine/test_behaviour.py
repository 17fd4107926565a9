"""What is remembered of processes changes nothing but how many of them run: not the traces, not what is explored."""

from __future__ import annotations

import gc
from random import Random

import pytest

from checker.engine import moments
from checker.engine.call import Asking, Entry, Manner
from checker.engine.engine import Engine
from checker.engine.running import Asked
from checker.engine.schedule import Limits
from checker.errors import StartAgain
from checker.explore import Budget, Why, explore
from checker.kernel import Done, Failed
from checker.strategies.dpor import Dpor
from checker.strategies.random_walk import RandomWalk
from checker.strategies.replay import Replay
from checker.trace import EndKind, Op
from tests.checked import needs_proc, run_once
from tests.conformance import real

pytestmark = [needs_proc, pytest.mark.usefixtures("workers")]

PROGRAMS = sorted(path.stem for path in real.PROGRAMS.glob("*.py"))
LIMITS = Limits(steps=300)

COUNTER = """
from multiprocessing import Lock, Process, Value

def work(lock, total):
    with lock:
        total.value += 1

def main(processes=3):
    lock, total = Lock(), Value("i", 0)
    children = [Process(target=work, args=(lock, total)) for _ in range(processes)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return [total.value]
"""


def is_as_for_real(engine, args, trace) -> bool:
    """Whether fresh processes, of which nothing is remembered, do the same in this schedule."""
    fresh = engine.run_once(args, Replay(trace.choices), LIMITS, fresh=True)
    kept = ("steps", "chunks", "ending", "waits", "holds", "returned", "tasks", "objects", "relies", "makespan_s")
    return all(getattr(trace, name) == getattr(fresh, name) for name in kept)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_remembered_schedule_is_what_fresh_processes_do(program):
    """The second and third walk in the same way find the most remembered, and some processes go another way then."""
    with Engine(real.PROGRAMS / f"{program}.py") as engine:
        for seed in (0, 0, 1, 0, 1, 2, 1):  # the first, second and fourth run for real
            trace = run_once(engine, [], RandomWalk(Random(seed)), LIMITS)
        assert is_as_for_real(engine, [], trace)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_schedule_that_goes_on_from_a_landmark_is_what_fresh_processes_do(program):
    with Engine(real.PROGRAMS / f"{program}.py") as engine:
        strategy, traces = Dpor(), []
        while not strategy.exhausted and len(traces) < 12:
            try:
                traces.append(engine.run_once([], strategy, LIMITS))
            except StartAgain:
                strategy, traces = Dpor(), []
        for trace in traces[2::3]:
            if trace.ending.kind in (EndKind.FINISHED, EndKind.STUCK):
                assert is_as_for_real(engine, [], trace)


def explored(engine, args, budget=2000):
    endings = []

    def look(trace):
        endings.append((trace.ending.kind, repr(trace.returned), trace.stdout, trace.choices))

    found = explore(lambda strategy: run_once(engine, args, strategy, LIMITS), look, Budget(budget, 100.0))
    return found, endings


def test_the_same_is_explored_as_without_memory(program, monkeypatch):
    file = program(COUNTER)
    with Engine(file) as engine:
        remembered = explored(engine, [4])
    monkeypatch.setattr("checker.engine.engine.ATTENDED_EVERY", 1)
    with Engine(file) as engine:
        attended = explored(engine, [4])
    assert remembered[0].why is attended[0].why is Why.EXHAUSTED
    assert remembered[1] == attended[1]
    assert len(remembered[1]) == 24


def test_nothing_runs_where_all_is_remembered(program, monkeypatch):
    with Engine(program(COUNTER)) as engine:
        explored(engine, [3])
        engine._runs = 4  # none of the next is attended
        monkeypatch.setattr(engine._pool, "take", lambda: pytest.fail("a process was run"))
        found, _ = explored(engine, [3], budget=3)
    assert found.tried == 3


def test_of_what_is_forgotten_on_the_way_nothing_is_missed(program, monkeypatch):
    monkeypatch.setattr(moments, "MAX_MOMENTS", 40)
    with Engine(program(COUNTER)) as engine:
        found, endings = explored(engine, [4])
    assert found.why is Why.EXHAUSTED
    assert len(endings) == len({choices for *_, choices in endings}) == 24


def test_what_main_returns_is_its_own_in_each_schedule(program):
    with Engine(program(COUNTER)) as engine:
        for _ in range(6):
            trace = run_once(engine, [1], RandomWalk(Random(0)), LIMITS)
            assert trace.returned == [1]
            trace.returned.append("changed")
        strategy = Dpor()
        while not strategy.exhausted:
            trace = run_once(engine, [2], strategy, LIMITS)
            assert trace.returned == [2]
            trace.returned.append("changed")


UNCONTROLLED = """
from multiprocessing import Process, Value

def work(number):
    number.value = 1

def main():
    number = Value("i", 0, lock=False)
    child = Process(target=work, args=(number,))
    child.start()
    with open("/proc/sys/kernel/random/uuid") as drawn:
        number.value = int(drawn.read()[:6], 16)
    child.join()
    return number.value
"""


def test_a_process_that_does_otherwise_when_told_the_same_is_found_out(program):
    with Engine(program(UNCONTROLLED)) as engine:
        found, _ = explored(engine, [])
    assert found.not_repeatable is not None
    assert not found.proved
    assert "write in line" in str(found.not_repeatable)


WRITES = """
from multiprocessing import Process

def work(name):
    with open("seen.txt", "a") as file:
        file.write(name)

def main():
    children = [Process(target=work, args=(name,)) for name in "ab"]
    for child in children:
        child.start()
    for child in children:
        child.join()
    with open("seen.txt") as file:
        return len(file.read())
"""


def test_who_writes_files_runs_always(program):
    with Engine(program(WRITES)) as engine:
        returned = [run_once(engine, [], RandomWalk(Random(seed)), LIMITS).returned for seed in range(12)]
        assert engine._behaviours is None
    assert returned == [2] * 12


FORKS = """
from multiprocessing import Lock, Process, Value

def main():
    lock, total = Lock(), Value("i", 0, lock=False)

    def grandchild():
        with lock:
            total.value += 10

    def child():
        inner = Process(target=grandchild)
        inner.start()
        with lock:
            total.value += 1
        inner.join()

    children = [Process(target=child) for _ in range(2)]
    for each in children:
        each.start()
    for each in children:
        each.join()
    print(total.value)

main()
"""


def test_a_forked_process_that_is_remembered_runs_when_it_must(program):
    """Who forked it does all that he did, and forks it again; where he has ended, he ends."""
    file = program(FORKS)
    with Engine(file, manner=Manner(Entry.SCRIPT, "fork", Asking.ASKED)) as engine:
        strategy, seen = Dpor(), []
        while not strategy.exhausted:
            trace = engine.run_once([], strategy, Limits())
            if trace.ending.kind is not EndKind.PRUNED:
                assert trace.stdout == "22\n"
                seen.append(trace)
        for number, seed in enumerate(range(20)):
            if number % 5 == 4:
                next(iter(engine._behaviours.values()))._beginnings.clear()
            assert engine.run_once([], RandomWalk(Random(seed)), Limits()).stdout == "22\n"
        for trace in seen[:: max(len(seen) // 6, 1)]:
            assert engine.run_once([], Replay(trace.choices), Limits(), fresh=True).steps == trace.steps


ORPHANS = """
from multiprocessing import Lock, Process, RawValue

def main():
    number, go, lock = RawValue("i", 0), Lock(), Lock()
    go.acquire()

    def grandchild():
        with lock:
            number.value += 1
        number.value *= 2

    def child():
        inner = Process(target=grandchild)
        inner.start()
        go.release()
        inner.join()

    outer = Process(target=child)
    outer.start()
    go.acquire()
    outer.kill()
    outer.join()
    with lock:
        number.value = number.value * 3 + 1
    print(number.value)

main()
"""


def test_who_was_forked_by_one_that_was_killed_runs_when_it_must(program):
    """The killed one has to be there again, to fork it, before it is killed again."""
    with Engine(program(ORPHANS), manner=Manner(Entry.SCRIPT, "fork", Asking.ASKED)) as engine:
        strategy, seen = Dpor(), []
        while not strategy.exhausted:
            seen.append(run_once(engine, [], strategy, LIMITS))
        for seed in range(20):
            if seed % 5 == 4:
                next(iter(engine._behaviours.values()))._beginnings.clear()
            seen.append(run_once(engine, [], RandomWalk(Random(seed)), LIMITS))
        for trace in seen[::3]:
            assert trace.ending.kind is EndKind.FINISHED
            assert engine.run_once([], Replay(trace.choices), LIMITS, fresh=True).steps == trace.steps


def ways(moment):
    """What is known to have been told in that moment, and where it leads."""
    first = {} if moment._first is None else {moment._key: moment._first}
    return first | (moment._others or {})


class Prunes:
    """Its first schedule goes to the end; the second begins with `shared` steps of it, goes another way, and is pruned.

    A third is the first again.
    """

    name = "prunes"
    shared = 5

    def __init__(self):
        self.schedules, self.steps = 0, 0

    def begin(self):
        self.schedules, self.steps = self.schedules + 1, 0

    def skip(self, steps):
        self.steps = steps

    def choose(self, situation, enabled):
        if self.schedules == 2 and self.steps >= self.shared:
            return enabled[-1] if self.steps < self.shared + 5 else None
        return enabled[0]

    def granted(self, granted):
        self.steps += 1

    def end(self, situation, *, complete):
        pass


def test_a_pruned_schedule_that_went_on_from_a_landmark_runs_out_from_where_it_was_pruned(program):
    with Engine(program(COUNTER)) as engine:
        engine._runs = 4  # none of the next is attended
        strategy = Prunes()
        kinds = [engine.run_once([3], strategy, LIMITS).ending.kind for _ in range(3)]
        assert kinds == [EndKind.FINISHED, EndKind.PRUNED, EndKind.FINISHED]
        assert engine._posting and engine._behaviours
        (remembered,) = engine._behaviours.values()
        assert set(ways(remembered.beginning("main"))) == {"begin"}
        left = [remembered.beginning("main")]
        while left:
            moment = left.pop()
            assert moment.said is None or "begin" not in ways(moment), "it was told twice to begin"
            left += ways(moment).values()


def test_a_schedule_goes_on_only_from_the_last_one_of_its_strategy(program):
    """One in fresh processes leaves no landmarks."""
    with Engine(program(COUNTER)) as engine:
        strategy, traces = Dpor(), []
        while not strategy.exhausted:
            trace = engine.run_once([3], strategy, LIMITS, fresh=len(traces) % 3 == 2)
            assert trace.returned == [3]
            traces.append(trace.choices)
    with Engine(program(COUNTER)) as engine:
        strategy = Dpor()
        for choices in traces:
            assert engine.run_once([3], strategy, LIMITS, fresh=True).choices == choices


WRITES_SELDOM = """
import os
from multiprocessing import Lock, Process, RawValue

def double(number, lock):
    with lock:
        number.value = number.value * 2 + 1

def triple(number, lock):
    with lock:
        number.value = number.value * 3 + 2
        if number.value == 2:
            open("seen.txt", "w").close()

def look(number, lock, seen, go):
    with lock:
        number.value = number.value * 5 + 1
    go.acquire()
    if os.path.exists("seen.txt"):
        seen.value = 1

def main():
    number, seen, lock, go = RawValue("i", 0), RawValue("i", 0), Lock(), Lock()
    go.acquire()
    children = [
        Process(target=double, args=(number, lock)),
        Process(target=triple, args=(number, lock)),
        Process(target=look, args=(number, lock, seen, go)),
    ]
    for child in children:
        child.start()
    children[0].join()
    children[1].join()
    go.release()
    children[2].join()
    return [number.value, seen.value]
"""


def test_a_file_that_is_seldom_written_is_seen_by_all_in_the_first_schedule_that_writes_it(program):
    with Engine(program(WRITES_SELDOM)) as engine:
        seen = []
        found = explore(lambda strategy: engine.run_once([], strategy, LIMITS), seen.append, Budget(99, 100.0))
        assert found.why is Why.EXHAUSTED
        assert found.schedules == 6
        for trace in seen:
            assert trace.returned == engine.run_once([], Replay(trace.choices), LIMITS, fresh=True).returned


@pytest.mark.parametrize(
    "op", [Op("stdout.write", None, ("x" * 10_000,), 1), Op("queue.put", "q", (), 1, b"x" * 10_000)]
)
def test_what_is_long_counts_as_many_moments(op):
    """Otherwise programs that print a lot would fill the memory of the machine."""
    remembered = moments.Behaviour()
    remembered.remember(remembered.beginning("main"), "begin", ("begin", "main"), Asked([], op))
    assert remembered._count > 10_000 // moments.MOMENT_BYTES


ANSWERS = [None, True, False, 0, 1, -1, 0.0, -0.0, 1.0, "null", "true", "1", "", [], [1], [True], {"a": 1}, 10**30]
OUTCOMES = [
    *map(Done, ANSWERS),
    *(Done(value, b"data") for value in (None, 1, True)),
    Failed("ValueError", "true"),
    Failed("KeyError", "true"),
]


INCREMENTS = """
from multiprocessing import Lock, Process, Value

def work(lock, total):
    for _ in range(80):
        with lock:
            total.value += 1

def main():
    lock, total = Lock(), Value("i", 0)
    children = [Process(target=work, args=(lock, total)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return total.value
"""


def test_long_schedules_that_are_drawn_are_remembered_only_now_and_then(program):
    """Hardly anything comes again in them, and to put it down takes longer than it saves."""
    limits = Limits(steps=2000)
    with Engine(program(INCREMENTS)) as engine:
        counts = []
        for seed in range(18):
            trace = run_once(engine, [], RandomWalk(Random(seed)), limits)
            assert len(trace.steps) > 500
            assert trace.returned == 160
            (behaviour,) = engine._behaviours.values()
            counts.append(behaviour._count)
    assert [n for n in range(1, 18) if counts[n] != counts[n - 1]] == [16]


def test_only_where_little_comes_again_are_drawn_schedules_not_remembered():
    behaviour = moments.Behaviour()
    for steps, news in ((1000, 500), (500, 500), (40, 40)):
        behaviour.drawn(steps, news)
        assert behaviour.takes_in_next_drawn()
    behaviour.drawn(1000, 501)
    assert [behaviour.takes_in_next_drawn() for _ in range(17)] == [False] * 15 + [True] * 2


def test_answers_have_the_same_key_only_if_no_process_can_tell_them_apart():
    keys = [moments.key_of(outcome) for outcome in OUTCOMES]
    assert len(set(keys)) == len(keys)
    assert [moments.key_of(type(outcome)(*outcome)) for outcome in OUTCOMES] == keys


def test_the_interpreter_looks_for_garbage_again_as_before(program):
    before = gc.get_threshold()
    with Engine(program(COUNTER)):
        pass
    assert gc.get_threshold() == before
