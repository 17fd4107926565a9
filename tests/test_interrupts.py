"""The checker is interrupted, told to end, or killed, at any moment: no process is left, and at most a line is said."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tests.checked import ROOT, Course, marked, needs_proc

pytestmark = needs_proc

SLEEPS_FOR_REAL = """
import time
from multiprocessing import Process, Value

def turnstile(count, visitors, walk_s):
    for _ in range(visitors):
        time.sleep(walk_s)
        with count.get_lock():
            count.value += 1
    time.sleep(60 if visitors > 5 else 0)  # the real runs have more visitors than the explored ones

def main(turnstiles=3, visitors=20, walk_s=0.02):
    count = Value("i", 0)
    processes = [Process(target=turnstile, args=(count, visitors, walk_s)) for _ in range(turnstiles)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(f"{count.value} of {turnstiles * visitors} visitors counted", flush=True)
    return count.value
"""


@pytest.fixture
def course(tmp_path):
    course = Course(tmp_path)
    shutil.copytree(ROOT / "solutions", tmp_path / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    course.write((ROOT / "labs" / "lab02_counter.py").read_bytes())
    return course


def await_command(process: subprocess.Popen[str]) -> None:
    """Waits until the interpreter runs the checker: before that, Ctrl-C is Python's own business."""
    while process.poll() is None:
        with open(f"/proc/{process.pid}/maps") as maps, open(f"/proc/{process.pid}/status") as status:
            caught = int(status.read().partition("SigCgt:")[2].split()[0], 16)
            if "_socket" in maps.read() or caught & 1 << signal.SIGTERM - 1:  # some Pythons have the module built in
                return
        time.sleep(0.005)


@pytest.mark.parametrize("seed", range(6))
def test_ctrl_c_at_any_moment(course, seed):
    process = course.start("solutions/lab02_counter.py")
    await_command(process)
    time.sleep(random.Random(seed).uniform(0.0, 0.3) * (seed + 1))
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the whole group
    out, err = process.communicate(timeout=30)
    if process.returncode != 0:  # otherwise it was done before
        assert (process.returncode, out, err) == (130, "", "stopped\n")
    assert course.processes_left() == []
    assert list(course.temporary.iterdir()) == []


def test_ctrl_c_in_the_middle_of_an_endless_loop(course):
    course.write("def main(a, b, c):\n  while True:\n    try:\n      while True: pass\n    except: pass")
    process = course.start("lab2")
    await_command(process)
    time.sleep(1.0)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "stopped\n")
    assert course.processes_left() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_told_to_end_it_cleans_up_and_ends_as_told(course, number):
    process = course.start("solutions/lab02_counter.py")
    await_command(process)
    time.sleep(0.4)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (-number, "", "")
    assert course.processes_left() == []
    assert list(course.temporary.iterdir()) == []


@pytest.mark.parametrize("delay_s", [0.1, 0.5])
def test_killed_it_leaves_no_process(course, delay_s):
    process = course.start("solutions/lab02_counter.py")
    await_command(process)
    time.sleep(delay_s)
    process.kill()
    process.communicate(timeout=30)
    assert course.processes_left() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_in_the_middle_of_real_runs(course, number):
    course.write(SLEEPS_FOR_REAL)
    process = course.start("lab2", "--real-runs", "1")
    deadline = time.monotonic() + 60
    while len(marked(f"TMPDIR={course.temporary}")) < 5 or not any(course.temporary.glob("real-run-*")):
        assert time.monotonic() < deadline, "the real runs never began"
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    process.send_signal(number)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == (130 if number == signal.SIGINT else -number)
    assert out == ""
    assert course.processes_left() == []
    assert number == signal.SIGKILL or list(course.temporary.iterdir()) == []


def test_a_file_that_is_saved_while_it_is_checked_gets_no_verdict(course):
    course.write(SLEEPS_FOR_REAL)
    process = course.start("lab2", "--real-runs", "0")
    while process.poll() is None and not any(course.temporary.glob("checker-*")):
        time.sleep(0.005)
    course.write(SLEEPS_FOR_REAL + "# saved\n")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 3, err
    assert "the file was changed while it was checked; check it again" in " ".join(out.split())


def test_state_that_cannot_be_written_is_a_remark(course):
    (course.folder / ".checker").write_text("in the way")
    done = course.run("lab2", "--real-runs", "0")
    assert done.code == 1
    assert "WRONG RESULT" in done.out
    assert done.err.startswith("note: ")
    assert "cannot be written" in " ".join(done.err.split())


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nobody forbids root to write")
def test_a_folder_of_state_that_is_read_only_is_a_remark(course):
    (course.folder / ".checker").mkdir(mode=0o555)
    done = course.run("lab2", "--real-runs", "0")
    assert done.code == 1
    assert "cannot be written" in " ".join(done.err.split())


@pytest.mark.parametrize("descriptors", [4, 8, 12])
def test_a_machine_without_descriptors_is_no_verdict(course, descriptors):
    command = f"ulimit -n {descriptors}; exec python -m checker solutions/lab02_counter.py"
    done = subprocess.run(
        ["/bin/sh", "-c", command.replace("python", f"'{sys.executable}'")],
        cwd=course.folder,
        env=course.environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    if "Traceback" in done.stderr:
        assert "/checker/" not in done.stderr, "with so few the interpreter itself does not start"
    else:
        assert done.returncode == 3
        assert "UNCHECKED (infra)" in done.stdout
    assert course.processes_left() == []
