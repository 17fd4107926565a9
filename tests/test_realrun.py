"""Real runs: what they report, and that nothing of them is ever left."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from checker.errors import UsageError
from checker.realrun import RealOutcome, run_many, run_real

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for leftover processes in /proc")

BOTH = pytest.mark.parametrize("start_method", ["fork", "spawn"])
LONG_S = 60.0  # never waited for: a test that did would be cut off by its own limit


@pytest.fixture
def token(monkeypatch):
    """A variable that every process of this test inherits."""
    value = secrets.token_hex(8)
    monkeypatch.setenv("TEST_OF_REALRUN", value)
    return value


@pytest.fixture
def run(tmp_path, token):
    """Runs the text of a program, and sees to it that no process of it is left."""

    def run_text(text, *args, start_method="fork", timeout_s=LONG_S):
        result = run_real(write(tmp_path, text), list(args), start_method, timeout_s)
        assert left(token) == []
        return result

    return run_text


def write(folder: Path, text: str) -> Path:
    path = folder / "program.py"
    path.write_text("import multiprocessing, os, signal, sys, time\n" + textwrap.dedent(text))
    return path


def left(token: str) -> list[int]:
    """The processes, not ended, that inherited the variable; not this one, whose environment stems from its start."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                environment = Path("/proc", name, "environ").read_bytes()
            except OSError:
                continue
            if f"TEST_OF_REALRUN={token}".encode() in environment:
                found.append(int(name))
    return found


@BOTH
def test_returns_what_main_returned_and_what_was_printed(run, start_method):
    result = run(
        """
        def work(queue, n):
            print("working")
            queue.put(n * n)

        def main(n):
            queue = multiprocessing.Queue()
            children = [multiprocessing.Process(target=work, args=(queue, k)) for k in range(n)]
            for child in children:
                child.start()
            squares = sorted(queue.get() for _ in children)
            for child in children:
                child.join()
            return {"squares": squares, "method": multiprocessing.get_start_method()}
        """,
        3,
        start_method=start_method,
    )
    assert result.outcome is RealOutcome.FINISHED, result
    assert result.has_returned
    assert result.returned == {"squares": [0, 1, 4], "method": start_method}
    assert (result.stdout, result.stderr, result.exit_code) == ("working\n" * 3, "", 0)
    assert not result.outcome.is_failure


def test_the_surroundings_are_a_terminal_an_empty_stdin_and_a_clean_environment(run, monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "1")
    result = run(
        """
        def main():
            return [sys.stdout.isatty(), sys.stderr.isatty(), sys.stdin.read(), os.listdir(), sys.argv[1:],
                    [name for name in os.environ if name.startswith("PYTHON")], os.getsid(0) == os.getpid()]
        """
    )
    assert result.returned == [True, False, "", [], [], [], True]


def test_a_traceback_is_the_students_own(run):
    result = run(
        """
        def main():
            raise ValueError("no")
        """
    )
    assert (result.outcome, result.exit_code, result.has_returned) == (RealOutcome.FAILED, 1, False)
    assert result.outcome.is_failure
    assert "ValueError: no" in result.sentence
    assert "program.py" in result.stderr
    assert "driver.py" not in result.stderr
    assert "importlib" not in result.stderr


@pytest.mark.parametrize(
    ("text", "exit_code", "words"),
    [
        ("def main(): sys.exit(3)", 3, "exit code 3"),
        ("def main(): os._exit(4)", 4, "exit code 4"),
        ("def main(): os.kill(os.getpid(), signal.SIGKILL)", -9, "signal 9"),
        ("def main(x): pass", 1, "TypeError: main() missing 1 required positional argument"),
        ("main = 1", 1, "no function main"),
        ("1 / 0", 1, "ZeroDivisionError"),
        ("def main(:", 1, "SyntaxError"),
        ("def main(): return {1, 2}", 1, "main returned set, which is not JSON"),
        ("def main():\n    loop = []\n    loop.append(loop)\n    return loop", 1, "not JSON"),
        ("def main(): main()", 1, "RecursionError"),
    ],
)
def test_a_program_that_fails(run, text, exit_code, words):
    result = run(text)
    assert (result.outcome, result.exit_code) == (RealOutcome.FAILED, exit_code)
    assert words in result.sentence


@pytest.mark.parametrize("deed", ["sys.exit(0)", "os._exit(0)"])
def test_a_program_that_ends_well_without_returning(run, deed):
    result = run(f"def main(): {deed}")
    assert (result.outcome, result.has_returned) == (RealOutcome.FINISHED, False)


def test_garbage_in_the_result_pipe_is_no_result(run):
    result = run(
        """
        def main():
            for descriptor in range(3, 20):
                try:
                    os.write(descriptor, bytes(range(128, 256)) + b"\\n")
                except OSError:
                    pass
        """
    )
    assert (result.outcome, result.has_returned) == (RealOutcome.FINISHED, False)


@BOTH
def test_a_deadlock_is_seen_blocked(run, start_method):
    result = run(
        """
        def wait(lock):
            lock.acquire()

        def main():
            lock = multiprocessing.Lock()
            lock.acquire()
            multiprocessing.Process(target=wait, args=(lock,)).start()
            print("waiting")
            lock.acquire()
        """,
        start_method=start_method,
        timeout_s=2.5,
    )
    assert result.outcome is RealOutcome.BLOCKED, result
    assert "the 2 processes that are left all wait" in result.sentence
    assert result.stdout == "waiting\n"
    assert result.exit_code is None
    assert 2.5 < result.seconds < LONG_S


def test_a_program_that_returns_and_then_cannot_end_is_blocked(run):
    result = run(
        """
        def work(queue):
            queue.put("x" * 1_000_000)

        def main():
            queue = multiprocessing.Queue()
            multiprocessing.Process(target=work, args=(queue,)).start()
            return 7
        """,
        timeout_s=0.7,
    )
    assert (result.outcome, result.has_returned, result.returned) == (RealOutcome.BLOCKED, True, 7)


@pytest.mark.parametrize(
    "deed",
    ["pass", "time.sleep(1000)", "time.sleep(0.05)"],
    ids=["busy", "asleep", "polling"],
)
def test_a_program_that_may_only_be_slow_is_no_failure(run, deed):
    result = run(f"def main():\n    while True: {deed}", timeout_s=0.5)
    assert result.outcome is RealOutcome.TIMEOUT
    assert not result.outcome.is_failure


def test_a_daemon_is_gone_when_the_program_ends(run):
    result = run(
        """
        def main():
            multiprocessing.Process(target=time.sleep, args=(1000,), daemon=True).start()
        """
    )
    assert result.outcome is RealOutcome.FINISHED


@pytest.mark.parametrize(
    "own_session", ["pass", "os.setsid()", "os.setsid(); os.execve('/bin/sleep', ['sleep', '1000'], os.environ)"]
)
def test_a_process_left_behind_is_found_wherever_it_went(run, own_session):
    result = run(
        f"""
        def main():
            if os.fork() == 0:
                if os.fork() == 0:
                    {own_session}
                    time.sleep(1000)
                os._exit(0)
            os.wait()
            return 1
        """
    )
    assert result.outcome is RealOutcome.LEFTOVER, result
    assert (result.has_returned, result.exit_code) == (True, 0)
    assert "left a process behind" in result.sentence


def test_a_grandchild_that_is_about_to_end_is_not_left_behind(run):
    result = run(
        """
        def main():
            if os.fork() == 0:
                time.sleep(0.1)
                print("late")
                os._exit(0)
        """
    )
    assert (result.outcome, result.stdout) == (RealOutcome.FINISHED, "late\n")


def test_children_that_ignore_everything_that_can_be_ignored_are_ended(run):
    result = run(
        """
        def stay():
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            os.setsid()
            time.sleep(1000)

        def main():
            for _ in range(3):
                multiprocessing.Process(target=stay).start()
        """,
        timeout_s=0.5,
    )
    assert result.outcome is RealOutcome.TIMEOUT  # asleep by the clock: nobody can say that it would not have ended


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@BOTH
def test_100_megabytes_of_output_are_cut_off(run, stream, start_method):
    result = run(
        f"""
        def shout():
            for _ in range(100):
                sys.{stream}.write("x" * 1_000_000)

        def main():
            child = multiprocessing.Process(target=shout)
            child.start()
            child.join()
        """,
        start_method=start_method,
    )
    assert result.outcome is RealOutcome.OUTPUT
    assert len(getattr(result, stream)) == 1024 * 1024


def test_a_result_that_is_too_large_is_cut_off(run):
    assert run("def main(): return 'x' * 2_000_000").outcome is RealOutcome.OUTPUT


def test_output_just_before_the_end_is_all_there(run):
    text = run("def main(): print('\\n'.join(map(str, range(50_000))))").stdout
    assert text == "".join(f"{n}\n" for n in range(50_000))


def test_killed_runs_under_spawn_leave_no_named_semaphore(run):
    result = run(
        """
        def main():
            locks = [multiprocessing.Lock() for _ in range(20)]
            print("\\n".join(lock._semlock.name for lock in locks))
            locks[0].acquire()
            locks[0].acquire()
        """,
        start_method="spawn",
        timeout_s=1.0,
    )
    assert result.outcome is RealOutcome.BLOCKED
    names = result.stdout.split()
    assert len(names) == 20
    assert [name for name in names if Path("/dev/shm/sem." + name.removeprefix("/")).exists()] == []


def test_many_runs_go_two_at_a_time_and_all_are_reported(tmp_path, token):
    log = tmp_path / "log"
    program = write(
        tmp_path,
        f"""
        def main():
            with open({str(log)!r}, "a") as file:
                file.write("+")
            time.sleep(0.5)
            with open({str(log)!r}, "a") as file:
                file.write("-")
        """,
    )
    runs = run_many(program, [], ["fork"] * 4 + ["spawn"], LONG_S)
    assert sorted(run.start_method for run in runs) == ["fork"] * 4 + ["spawn"]
    assert all(run.outcome is RealOutcome.FINISHED for run in runs)
    running = [log.read_text()[:n].count("+") - log.read_text()[:n].count("-") for n in range(11)]
    assert max(running) == 2
    assert left(token) == []


def test_the_first_failure_ends_all_others(tmp_path, token):
    program = write(
        tmp_path,
        """
        def main():
            if multiprocessing.get_start_method() == "spawn":
                sys.exit(5)
            time.sleep(1000)
        """,
    )
    runs = run_many(program, [], ["fork", "spawn", "fork"], LONG_S)
    assert [(run.start_method, run.exit_code) for run in runs] == [("spawn", 5)]
    assert left(token) == []


def test_the_caller_says_what_a_failure_is(tmp_path, token):
    program = write(tmp_path, "def main(): return 4")
    runs = run_many(program, [], ["fork"] * 5, LONG_S, holds=lambda run: run.returned == 5)
    assert [run.returned for run in runs] == [4]
    assert left(token) == []


def test_an_unknown_start_method_is_wrong_use(tmp_path):
    with pytest.raises(UsageError):
        run_real(tmp_path / "program.py", [], "teleport", LONG_S)


def test_it_may_be_called_from_another_thread(tmp_path):
    program, results = write(tmp_path, "def main(): return 1"), []
    thread = threading.Thread(target=lambda: results.append(run_real(program, [], "fork", LONG_S)))
    thread.start()
    thread.join()
    assert results[0].returned == 1


@BOTH
@pytest.mark.parametrize("delay_s", [0.0, 0.003, 0.01, 0.03, 0.06, 0.1, 0.2, 0.4])
def test_ctrl_c_at_any_moment_leaves_nothing(tmp_path, token, start_method, delay_s):
    program = write(
        tmp_path,
        """
        def stay():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.setsid()
            time.sleep(1000)

        def main():
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            for _ in range(2):
                multiprocessing.Process(target=stay).start()
        """,
    )

    def press():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    descriptors = os.listdir("/proc/self/fd")
    timer = threading.Timer(delay_s, press)
    with pytest.raises(KeyboardInterrupt):
        timer.start()
        run_many(program, [], [start_method] * 3, LONG_S)
    timer.join()
    assert left(token) == []
    assert signal.getsignal(signal.SIGINT) is before
    assert len(os.listdir("/proc/self/fd")) == len(descriptors)
