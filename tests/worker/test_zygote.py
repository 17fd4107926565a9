"""Workers are forked, killed and reaped on demand, and none outlives the zygote."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from checker.wire import Channel
from tests.controlled.judge import ROOT, Judge, Zygote


def gone(pid: int) -> bool:
    """Whether no process of that id is alive, within a few seconds."""
    for _ in range(300):
        try:
            with open(f"/proc/{pid}/stat") as stat:
                if stat.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


@pytest.fixture
def own():
    zygote = Zygote()
    yield zygote
    zygote.close()


def test_workers_have_their_own_session_and_are_killed_on_demand(own):
    pid, channel = own.fork()
    channel.send(["task", {}])  # not a task: the worker fails by itself, which is no business of the zygote's
    channel.close()
    assert gone(pid)
    assert own.kill(pid) == 1
    pid, channel = own.fork()
    time.sleep(0.05)
    assert os.getsid(pid) == pid != os.getsid(own.process.pid) == own.process.pid
    assert own.kill(pid) == -9
    channel.close()


def test_a_worker_ends_with_its_socket(own):
    pid, channel = own.fork()
    channel.close()
    assert gone(pid)
    assert own.kill(pid) == 0


@pytest.mark.parametrize("how", ["end", "quit", "kill"])
def test_no_worker_outlives_the_zygote(how):
    zygote = Zygote()
    workers = [zygote.fork() for _ in range(3)]
    time.sleep(0.05)
    if how == "kill":
        zygote.process.send_signal(signal.SIGKILL)
    elif how == "quit":
        zygote.control.sendall(b"Q")
    zygote.close()
    assert all(gone(pid) for pid, _ in workers)
    for _, channel in workers:
        channel.close()


def test_an_endless_loop_is_told_with_its_line(judged):
    judge = judged(
        """
        from multiprocessing import Lock
        def main():
            Lock().acquire()
            n = 0
            while True:
                try:
                    n += 1
                except BaseException:
                    pass
        """,
        cpu_limit_s=0.6,
    )
    assert judge.kinds() == ["lock.acquire", "endless_loop"]
    assert judge.requests[-1][4] in (6, 7, 8)


def test_a_long_computation_with_scheduling_points_is_none(judged):
    judge = judged(
        """
        from multiprocessing import RawValue
        def main():
            v = RawValue("i")
            for _ in range(6):
                sum(range(5_000_000))
                v.value += 1
            return v.value
        """,
        cpu_limit_s=1.0,
    )
    assert judge.returned == 6


def test_a_worker_can_be_executed_by_itself(tmp_path):
    file = tmp_path / "program.py"
    file.write_text("def main(n):\n    print(n)\n    return n\n")
    ours, theirs = socket.socketpair()
    ours.settimeout(20)
    path = f"import sys; sys.path.insert(0, {str(ROOT)!r})"
    code = f"{path}; from checker.worker.loop import main; main({theirs.fileno()})"
    with theirs:
        worker = subprocess.Popen([sys.executable, "-P", "-s", "-B", "-c", code], pass_fds=[theirs.fileno()])
    judge = Judge(None, file, [5], tmp_path, {})  # type: ignore[arg-type]
    judge.idle = [(worker.pid, Channel(ours))]
    for _ in range(2):
        judge.run()
        assert judge.returned == 5
    ours.close()
    assert worker.wait(timeout=10) == 0


def test_warm_tasks_are_cheap(zygote, tmp_path):
    file = tmp_path / "program.py"
    file.write_text("def main():\n    return 1\n")
    judge = Judge(zygote, file, [], tmp_path, {})
    best = 1.0
    for _ in range(200):
        begin = time.perf_counter()
        judge.run()
        best = min(best, time.perf_counter() - begin)
    judge.close()
    assert best < 0.002, f"{best * 1e3:.2f} ms for a task that does nothing"
