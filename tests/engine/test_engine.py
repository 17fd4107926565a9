"""Warm processes do what fresh ones do, pruned schedules run out in order, and each run finds an empty folder."""

from __future__ import annotations

from random import Random

import pytest

from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.strategies.random_walk import RandomWalk
from checker.strategies.replay import Replay
from checker.trace import EndKind
from tests.checked import ROOT, needs_proc

pytestmark = [needs_proc, pytest.mark.usefixtures("workers")]

MIXED = """
import random, time
from multiprocessing import JoinableQueue, Lock, Process, Queue, Value

def work(lock, total, jobs, answers):
    while (job := jobs.get()) is not None:
        with lock:
            total.value += job
        answers.put((job, random.random(), time.time()))
        print("done", job, flush=True)

def main():
    lock, total, jobs, answers = Lock(), Value("i", 0), Queue(), Queue()
    processes = [Process(target=work, args=(lock, total, jobs, answers)) for _ in range(2)]
    for process in processes:
        process.start()
    for job in (1, 2, None, None):
        jobs.put(job)
    got = sorted(answers.get() for _ in range(2))
    for process in processes:
        process.join()
    return [total.value, got]
"""


def test_a_schedule_is_the_same_in_warm_and_in_fresh_processes_and_when_replayed(program):
    with Engine(program(MIXED), seed=3) as engine:
        for seed in range(12):
            warm = engine.run_once((), RandomWalk(Random(seed)), Limits())
            fresh = engine.run_once((), RandomWalk(Random(seed)), Limits(), fresh=True)
            again = engine.run_once((), Replay(warm.choices), Limits())
            assert warm.ending.kind is EndKind.FINISHED
            assert warm == fresh == again


def test_a_seed_decides_what_is_random(program):
    returned = []
    for seed in (1, 1, 2):
        with Engine(program("import random\ndef main():\n    return random.random()\n"), seed=seed) as engine:
            returned.append(engine.run_once((), Replay(()), Limits()).returned)
    assert returned[0] == returned[1] != returned[2]


def test_pruned_schedules_run_out_and_their_processes_stay_warm():
    class Pruning(Replay):
        def choose(self, situation, enabled):
            return None if self._next == self.most else super().choose(situation, enabled)

    with Engine(ROOT / "solutions" / "lab02_counter.py") as engine:
        whole = engine.run_once((3, 2, 0.0), Replay(()), Limits())
        first = {worker.pid for worker in engine._pool._idle}
        for steps in range(1, len(whole.steps)):
            strategy = Pruning(())
            strategy.most = steps
            trace = engine.run_once((3, 2, 0.0), strategy, Limits())
            assert (trace.ending.kind, trace.steps) == (EndKind.PRUNED, whole.steps[:steps])
            idle = {worker.pid for worker in engine._pool._idle}
            assert first <= idle, "no process of a pruned schedule is given up"
            assert len(idle) <= 4, "main and three turnstiles"
        assert engine.run_once((3, 2, 0.0), Replay(()), Limits()) == whole


def test_each_run_finds_an_empty_folder(program):
    text = """
        import os

        def main():
            found = os.listdir()
            os.makedirs("deep/er")
            open("deep/er/file", "w").close()
            open("file", "w").close()
            os.symlink("nowhere", "link")
            return found
    """
    with Engine(program(text)) as engine:
        for fresh in (False, False, True, False):
            assert engine.run_once((), Replay(()), Limits(), fresh=fresh).returned == []


def test_arguments_and_results_cross_unchanged(program):
    value = [1, 2.5, "x\u20ac\n", None, True, {"a": [[]]}, -(10**30)]
    with Engine(program("def main(*args): return list(args)\n")) as engine:
        assert engine.run_once(value, Replay(()), Limits()).returned == value
