"""Bad input: each a clear line or two, the right exit code, and nothing left running."""

from __future__ import annotations

import sys

import pytest

from tests.checked import ROOT, Course, needs_proc

pytestmark = needs_proc

IN_A_CHILD = """
import ctypes, os, signal, sys, time
from multiprocessing import Process

def child():
    {}

def main(turnstiles=3, visitors=2, walk_s=0.0):
    process = Process(target=child, name="clerk")
    process.start()
    process.join()
    return 6
"""


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path)


IS_DEEP = sys.version_info >= (3, 14)  # it takes a text and a path that were too deep before

# What is not there


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("lab42", "there is no lab 'lab42' in"),
        ("lab02_conter", "did you mean lab02_counter?"),
        ("labs/lab02_counter.pyy", "there is no file labs/lab02_counter.pyy; did you mean labs/lab02_counter.py or"),
        ("labs", "there is no lab 'labs' in"),
        ("labs/", "labs is not a file"),
        ("labs/mine.py", "no lab has this name"),
        ("", "there is no lab ''"),
        ("lab" + "9" * 5000, "there is no lab 'lab9999"),
        ("/a" * 5000, "there is no file /a/a" if IS_DEEP else "no such file can be: File name too long"),
    ],
)
def test_what_is_not_there_is_wrong_use(course, word, said):
    course.write("def main(a, b, c): pass")
    course.write("", "mine")
    done = course.run(word)
    assert (done.code, done.out) == (2, "")
    assert said in done.text
    assert done.err.count("\n") <= 3 or len(word) > 1000


def test_the_labs_folder_can_be_named(course, tmp_path):
    course.write("def main(: pass")
    done = course.run("lab2", "--labs", str(tmp_path / "labs"))
    assert done.code == 3
    assert "SyntaxError" in done.text


# What cannot be run


def test_text_that_is_not_utf8(course):
    done = course.check(b"name = 'caf\xe9'\n")
    assert done.code == 3
    assert "labs/lab02_counter.py is not UTF-8 text: byte 11 is 0xe9. Save it as UTF-8." in done.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\ndef main(:\n    pass\n", ["File \"labs/lab02_counter.py\", line 2", "def main(:", "^", "SyntaxError"]),
        ("def main(a, b, c):\nreturn 1\n", ["line 2", "IndentationError"]),
        ("x = 1\0\n", ["SyntaxError", "null bytes"]),
        ("x = (" + "-" * 100_000 + "1)", ["Error"]),
        ("x = " + "(" * 5000, ["SyntaxError"]),
        ("x = " + "+".join("1" * 20_000), ["RecursionError" if not IS_DEEP else "has no function main()"]),
        ("def f():\n    return 1 / 0\n\nf()\n", ["line 4, in <module>", "line 2, in f", "ZeroDivisionError"]),
        ("import nothing_of_that_name\n", ["line 1, in <module>", "ModuleNotFoundError"]),
        ("import sys\nsys.exit(0)\n", ["calls sys.exit() when it is imported"]),
        ("", ["the file has no function main()"]),
        ("main = 3", ["the file has no function main()"]),
        ("x = 1\ndef main(count): pass", ["line 2: main() cannot be called as main(3, 2, 0.0): too many positional"]),
        ("def main(a, b, c, *, d): pass", ["line 1: main() cannot be called as main(3, 2, 0.0): missing a required"]),
        ("def main(a, b, c): return object()", ["main() returned what JSON cannot carry: <object object"]),
        ("def main(a, b, c): return {1, 2}", ["main() returned what JSON cannot carry: {1, 2} of type set"]),
        ("def main(a, b, c):\n  x = []\n  x.append(x)\n  return x", ["main() returned what JSON cannot carry"]),
        ("def main(a, b, c):\n    name = input('name? ')", ["line 2: input() waits for the keyboard"]),
        ("import sys\ndef main(a, b, c):\n    return sys.stdin.read()", ["line 3: sys.stdin waits for the keyboard"]),
    ],
    ids=lambda value: "" if isinstance(value, list) else None,
)
def test_a_file_that_cannot_be_run(course, text, said):
    done = course.check(text)
    assert (done.code, done.err) == (3, "")
    assert "ERROR" in done.out
    for part in said:
        assert part in done.text
    assert len(done.out) < 2500


# What runs, and is wrong


@pytest.mark.parametrize(
    ("text", "headline", "said"),
    [
        (
            "import threading\ndef main(a, b, c):\n    thread = threading.Thread(target=print)\n    thread.start()\n",
            "MISSING PROCESS",
            ["main starts a thread, but the labs are about processes: use multiprocessing.Process", "counter.py:4"],
        ),
        (
            "from concurrent.futures import ThreadPoolExecutor\n"
            "def main(a, b, c):\n    with ThreadPoolExecutor() as pool:\n        pool.submit(print)\n",
            "MISSING PROCESS",
            ["main starts a thread", "counter.py:4"],
        ),
        ("def f(n):\n    return f(n + 1)\ndef main(a, b, c):\n    return f(0)\n", "EXCEPTION", ["RecursionError"]),
        ("def main(a, b, c): raise ValueError('x' * 3000)", "EXCEPTION", ["ended with an exception: ValueError: xxx"]),
        ("def main(a, b, c): raise KeyboardInterrupt", "EXCEPTION", ["KeyboardInterrupt"]),
        ("def main(a, b, c): return float('nan')", "WRONG RESULT", ["expected main returns 6 instead nan"]),
        (
            "def main(a, b, c):\n    x = []\n    for _ in range(900):\n        x = [x]\n    return x",
            "WRONG RESULT",
            ["expected"],
        ),
        ("def main(a, b, c): return 'x' * 1_000_000", "WRONG RESULT", ["expected main returns 6 instead 'xxx"]),
        (
            "def main(a, b, c):\n    for _ in range(100):\n        print('x' * 1_000_000)\n",
            "WRONG RESULT",
            ["main prints without end: more than 1,000,000 characters", "counter.py:3"],
        ),
        ("import os\ndef main(a, b, c): os._exit(0)", "WRONG RESULT", ["main ended the program before it returned"]),
        ("import os\ndef main(a, b, c):\n    os._exit(9)", "EXCEPTION", ["main ended with exit code 9"]),
        (IN_A_CHILD.format("os._exit(7)"), "EXCEPTION", ["clerk ended with exit code 7"]),
        (IN_A_CHILD.format("os.kill(os.getpid(), signal.SIGKILL)"), "EXCEPTION", ["clerk killed itself"]),
        (IN_A_CHILD.format("os.abort()"), "EXCEPTION", ["clerk killed itself"]),
        (IN_A_CHILD.format("os.kill(os.getppid(), signal.SIGKILL)"), "EXCEPTION", ["main was killed by clerk"]),
        (IN_A_CHILD.format("input()"), "EXCEPTION", ["clerk ended with an exception: EOFError"]),
        (IN_A_CHILD.format("ctypes.string_at(0)"), "PROTOCOL", ["clerk vanished", "(SIGSEGV)"]),
        (IN_A_CHILD.format("ctypes.CDLL(None)._exit(0)"), "PROTOCOL", ["clerk vanished", "(exit code 0)"]),
        ("import ctypes\ndef main(a, b, c): ctypes.string_at(0)", "PROTOCOL", ["main vanished", "(SIGSEGV)"]),
    ],
    ids=lambda value: "" if isinstance(value, list) else None,
)
def test_a_program_that_goes_wrong_gets_a_finding(course, text, headline, said):
    done = course.check(text)
    assert (done.code, done.err) == (1, "")
    assert headline in done.out
    for part in said:
        assert part in done.text
    assert "replayed 3 of 3 times" in done.out
    assert len(done.out) < 5000


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("os.fork()", "cannot follow os.fork (line 5)"),
        ("os.kill(os.getppid(), 9)", "cannot follow os.kill of a process that is not this one"),
        ("Array('i', 2_000_000, lock=False)[:] = [123456] * 2_000_000", "cannot follow memory.write_slice of so much"),
        ("Queue().put(bytearray(70_000_000))", "cannot follow"),
    ],
)
def test_what_cannot_be_controlled_is_said_so_and_no_verdict(course, body, said):
    done = course.check(f"import os\nfrom multiprocessing import Array, Queue\n\ndef main(a, b, c):\n    {body}\n")
    assert (done.code, done.err) == (3, "")
    assert "UNCHECKED" in done.text
    assert said in done.text
    assert "your program may be right" in done.text


def test_a_program_past_all_limits_of_steps_is_unchecked(course):
    done = course.check("def main(a, b, c):\n    while True:\n        print('again')\n")
    assert done.code == 3
    assert "UNCHECKED" in done.out
    assert "within 2,000 steps" in done.text


# Processes that do not go by themselves


def test_a_child_that_ignores_being_terminated_waits_for_ever_and_is_not_left_behind(course):
    text = """
        import signal, time
        from multiprocessing import Lock, Process

        def stubborn(lock):
            with lock:
                pass

        def main(a, b, c):
            lock = Lock()
            lock.acquire()
            signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the child inherits it
            process = Process(target=stubborn, args=(lock,), name="stubborn")
            process.start()
            process.terminate()
            process.join()
            return 6
    """
    done = course.check(text)
    assert done.code == 1
    assert "stubborn" in done.text
    assert "HANG" in done.out or "DEADLOCK" in done.out


def test_processes_that_a_program_starts_past_the_checker_are_ended(course):
    text = """
        import ctypes, select

        def main(a, b, c):
            if ctypes.CDLL(None).fork() == 0:
                if ctypes.CDLL(None).fork() == 0:
                    ctypes.CDLL(None).setsid()
                select.select([], [], [], 100)
            return 6
    """
    assert course.check(text).code in (1, 3)


def test_a_program_that_kills_the_checkers_own_process_cannot_be_checked(course):
    text = """
        import ctypes, select

        def main(a, b, c):
            system = ctypes.CDLL(None)
            system.kill(system.getppid(), 9)
            select.select([], [], [], 5)
    """
    done = course.check(text)
    assert done.code == 3
    assert "UNCHECKED (infra) the process that starts the workers is gone" in done.text


def test_a_check_of_several_goes_on_after_one_that_cannot_be_run(course):
    course.write("def main(: pass")
    course.write((ROOT / "labs" / "lab03_transfer.py").read_bytes(), "lab03_transfer")
    done = course.run("lab2", "lab3", "--real-runs", "0")
    assert done.code == 1
    assert "ERROR" in done.out
    assert "DEADLOCK" in done.out
    assert "0 of 2 passed" in done.out
