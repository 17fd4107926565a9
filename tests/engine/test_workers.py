"""Workers come and go: none is left at the end or after an exception, and whatever made them, verdicts are equal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from checker.engine import workers as engine_workers
from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.engine.workers import ForkedWorkers, StartedWorkers, Worker
from checker.errors import InfraError
from checker.result import Verdict
from checker.strategies.replay import Replay
from checker.trace import EndKind
from tests.checked import ROOT, judged, needs_proc

pytestmark = needs_proc

TWO = """
from multiprocessing import Process

def work():
    print("at work", flush=True)

def main():
    processes = [Process(target=work) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
"""


@pytest.mark.parametrize("start_method", ["fork", "spawn"])
def test_no_process_is_left_after_the_end(program, workers, start_method):
    with Engine(program(TWO), start_method=start_method) as engine:
        engine.run_once((), Replay(()), Limits(), fresh=True)
        engine.run_once((), Replay(()), Limits())
        assert len(workers()) >= 2, "they are warm"
    # the fixture sees to it that none is left


@pytest.mark.parametrize("start_method", ["fork", "spawn"])
def test_no_process_is_left_after_an_exception(program, workers, start_method):
    class Broken(Replay):
        def granted(self, granted):
            if granted.step.op.kind == "process.start":
                raise ZeroDivisionError

    cores, before = os.sched_getaffinity(0), set(os.listdir("/proc/self/fd"))
    with (
        pytest.raises(ZeroDivisionError),
        Engine(program(TWO), start_method=start_method) as engine,
    ):
        engine.run_once((), Broken(()), Limits())
    assert os.sched_getaffinity(0) == cores
    assert set(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("make", [ForkedWorkers, StartedWorkers])
def test_killing_tells_how_a_worker_ended(workers, make):
    source = make()
    try:
        assert source.kill(source.new()) in (-9, 0), "it may be quicker than the signal"
        worker = source.new()
        worker.channel.close()
        assert source.reap(worker) == 0, "a worker ends by itself when its conversation does"
    finally:
        source.close()


def test_a_zygote_that_is_gone_is_no_verdict(program, workers):
    with Engine(program(TWO)) as engine:
        engine.run_once((), Replay(()), Limits())
        engine._source._process.kill()
        with pytest.raises(InfraError, match="the process that starts the workers is gone"):
            for _ in range(20):
                engine.run_once((), Replay(()), Limits(), fresh=True)


def test_a_machine_without_an_interpreter_is_no_verdict(program, monkeypatch, workers):
    monkeypatch.setattr(engine_workers.sys, "executable", "/nowhere/python")
    for start_method in ("fork", "spawn"):
        with pytest.raises(InfraError, match="No such file"), Engine(program(TWO), start_method=start_method) as engine:
            engine.run_once((), Replay(()), Limits())


def test_a_machine_without_a_temporary_folder_is_no_verdict(program, monkeypatch, workers):
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    with pytest.raises(InfraError, match="no temporary folder"), Engine(program(TWO)):
        pass


@pytest.mark.parametrize("path", [ROOT / "labs" / "lab03_transfer.py", ROOT / "solutions" / "lab06_queue.py"])
def test_started_workers_give_the_same_verdict_and_schedules_as_forked_ones(path, workers):
    results = [judged(path, path.stem, start_method=method) for method in ("fork", "spawn")]
    fork, spawn = [
        (r.verdict, r.proved, r.message, [(s.schedules, s.pruned, s.steps) for s in r.scenarios]) for r in results
    ]
    assert fork == spawn
    assert results[0].verdict in (Verdict.PASS, Verdict.FAIL)
    if results[0].finding is not None:
        assert results[0].finding.schedule == results[1].finding.schedule
        assert results[0].finding.sentence == results[1].finding.sentence


def test_the_process_that_a_program_runs_in_ends_with_it_even_if_it_is_busy(program, workers):
    with Engine(program("def main():\n    while True: pass\n"), cpu_limit_s=0.5) as engine:
        assert engine.run_once((), Replay(()), Limits()).ending.kind is EndKind.ENDLESS_LOOP


def test_a_process_that_was_stopped_is_asleep():
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    worker = Worker.__new__(Worker)
    worker.pid = process.pid
    try:
        assert not worker.is_asleep()
        process.send_signal(signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        assert worker.is_asleep()
    finally:
        process.kill()
        process.wait()
