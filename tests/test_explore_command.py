"""`python -m checker explore FILE [ARGS …]`: any script, as a person runs it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from checker.arguments import Command, parse, split_off_script
from tests.checked import ROOT, Course, marked, needs_proc

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="controlled fork needs a system with subreapers")
FORK_BY_DEFAULT = sys.version_info < (3, 14)
only_by_fork = pytest.mark.skipif(not FORK_BY_DEFAULT, reason="who is not forked comes too late for main's locks")
OPPOSITE = """
    from multiprocessing import Lock, Process
    def swap(one, other):
        with one:
            with other:
                pass
    if __name__ == "__main__":
        alice, bob = Lock(), Lock()
        for pair in [(alice, bob), (bob, alice)]:
            Process(target=swap, args=pair).start()
    """
COUNT = """
    from multiprocessing import Lock, Process, Value
    lock, count = Lock(), Value("i", 0, lock=False)
    def work():
        with lock:
            count.value += 1
    if __name__ == "__main__":
        children = [Process(target=work) for _ in range(2)]
        for child in children:
            child.start()
        for child in children:
            child.join()
        assert count.value == 2, count.value
    """


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path)


@pytest.fixture
def explored(course):
    """Explores a script: explored(text, *arguments of the script, options=(), name=…) -> Done."""
    return course.explore


@only_by_fork
def test_a_deadlock_is_found_shown_and_replayed_by_the_line_that_says_so(course, explored):
    done = explored(OPPOSITE, "--verbose", "two words", "it's", name="my scripts/opposite.py")
    assert done.code == 1
    assert "DEADLOCK" in done.out
    assert "Process-1 holds alice and waits for bob" in done.out
    (again,) = (line for line in done.out.splitlines() if line.strip().startswith("again"))
    words = shlex.split(again)
    assert words[1:4] == ["python", "-m", "checker"]
    replayed = course.run(*words[4:])
    assert replayed.code == 1
    assert "replayed 3 of 3 times" in replayed.out
    assert "Process-1 holds alice and waits for bob" in replayed.out
    plain = course.run(*words[4:6], "my scripts/opposite.py")
    assert (plain.code, "nothing to replay" in plain.text) == (2, True), "with other arguments it is another program"


@only_by_fork
def test_json_has_no_lab_and_the_schedule_can_be_given(course, explored):
    result = json.loads(explored(OPPOSITE, "x", options=["--json"]).out)
    assert (result["lab"], result["verdict"], result["finding"]["kind"]) == (None, "fail", "deadlock")
    assert result["start_method"] == ("fork" if FORK_BY_DEFAULT else "forkserver")
    schedule = result["finding"]["schedule"]
    assert schedule.startswith("script@")
    done = course.run("--json", "--schedule", schedule, "replay", "explore", "script.py", "x")
    assert json.loads(done.out)["finding"]["kind"] == "deadlock"
    done = course.run("replay", "script.py", "--schedule", "script@main.7:1")
    assert done.code == 3
    assert "does not fit this file" in done.text
    done = course.run("replay", "script.py", "--schedule", "lab@main:1")
    assert (done.code, "begins with script@" in done.text) == (2, True)


def test_a_failed_assertion_comes_with_its_story(explored):
    done = explored(COUNT.replace("with lock:", "if True:"), options=["--json", "--start-method", "fork"])
    finding = json.loads(done.out)["finding"]
    assert (done.code, finding["kind"]) == (1, "exception")
    assert finding["story"].startswith("Process-1 and Process-2 both read 0 from count (line 6) before either wrote")


AUDITED = """
from multiprocessing import Lock, Process, Value

def move(a, b, la, lb):
    with la, lb:
        a.value -= 10
        b.value += 10

def audit(a, b, la, lb):
    with la:
        x = a.value
    with lb:
        y = b.value
    assert x + y == 200

if __name__ == "__main__":
    shared = Value("i", 100), Value("i", 100), Lock(), Lock()
    processes = [Process(target=move, args=shared), Process(target=audit, args=shared)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
"""


def test_a_failed_assertion_shows_also_those_who_wrote_what_it_looked_at(explored):
    """Each look may be right by itself."""
    finding = json.loads(explored(AUDITED, options=["--json"]).out)["finding"]
    assert finding["kind"] == "exception"
    assert finding["story"] == (
        "Process-2 saw shared[0] (100) (line 11) before Process-1 wrote it (line 6), but shared[1] (110) (line 13) "
        "after Process-1 wrote it (line 7): half of what Process-1 does"
    )
    assert "write 90 to shared[0]" in explored(AUDITED).out


def test_a_module_global_is_right_under_fork_and_wrong_under_spawn(explored):
    done = explored(COUNT, options=["--start-method", "fork"])
    assert (done.code, "PROVED" in done.out) == (0, True)
    done = explored(COUNT, options=["--start-method", "spawn"])
    assert done.code == 1
    assert "AssertionError: 0" in done.text
    assert "imports the file and makes its own (right under fork, wrong under spawn)" in done.text
    assert "again    python -m checker replay explore script.py" in done.out


def test_a_script_starts_its_processes_as_it_asks_unless_told_otherwise(explored):
    text = """
        import multiprocessing as mp
        def work():
            pass
        if __name__ == "__main__":
            mp.set_start_method({!r})
            child = mp.get_context({!r}).Process(target={})
            child.start()
            child.join()
        """
    as_asked = json.loads(explored(text.format("spawn", None, "work"), options=["--json"]).out)
    assert (as_asked["proved"], as_asked["start_method"]) == (True, "spawn" if FORK_BY_DEFAULT else "forkserver")
    own = json.loads(explored(text.format("spawn", "fork", "lambda: 0"), options=["--json"]).out)
    assert (own["proved"], own["start_method"]) == (True, "fork")
    forced = explored(text.format("spawn", "spawn", "lambda: 0"), options=["--json", "--start-method", "fork"])
    assert (json.loads(forced.out)["proved"], json.loads(forced.out)["start_method"]) == (True, "fork")
    forced = explored(text.format("fork", "fork", "lambda: 0"), options=["--start-method", "spawn"])
    assert (forced.code, "pickle" in forced.text) == (1, True)


def test_it_is_run_as_main_with_its_arguments_its_environment_and_its_neighbours(course, explored, monkeypatch):
    (course.folder / "neighbour.py").write_text("value = 7\n")
    monkeypatch.setenv("OF_THE_SHELL", "yes")
    done = explored(
        """
        import os, sys
        import neighbour
        assert (__name__, __package__, __spec__) == ("__main__", None, None)
        assert sys.argv == ["script.py", "--json", "-x", "", "a b", "replay"], sys.argv
        assert os.path.isabs(__file__) and sys.path[0] == os.path.dirname(__file__)
        assert os.environ["OF_THE_SHELL"] == "yes" and neighbour.value == 7
        assert sys.modules["__main__"].__dict__ is globals()
        """,
        *("--json", "-x", "", "a b", "replay"),
    )
    assert done.code == 0, done.text


def test_a_third_party_import_is_followed(explored):
    done = explored("import pytest\nassert pytest.__version__\n")
    assert done.code in (0, 3), done.text
    assert "not controlled" not in done.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import sys\nsys.exit(3)\n", "main ended with exit code 3"),
        ("import sys\nsys.exit('no')\n", "main ended with exit code 1"),
        ("raise ValueError('x')\n", "main ended with an exception: ValueError: x"),
        ("assert not 1, 'never'\n", "AssertionError: never"),
        ("import os\nos._exit(4)\n", "main ended with exit code 4"),
        (
            "from multiprocessing import Lock\nlock = Lock()\nlock.acquire()\nlock.acquire()\n",
            "main holds lock and waits for lock",
        ),
        (
            "import sys\nfrom multiprocessing import get_context\n"
            "get_context('fork').Process(target=lambda: sys.exit(2), name='kid').start()\n",
            "kid ended with exit code 2",
        ),
        (
            "from multiprocessing import get_context\n"
            "get_context('fork').Process(target=lambda: 1 / 0, name='kid').start()\n",
            "kid ended with an exception: ZeroDivisionError: division by zero",
        ),
    ],
)
def test_what_fails(explored, text, said):
    done = explored(text)
    assert (done.code, said in done.text) == (1, True), done.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\nwhile True: pass\n", "main (line 2) computes for more than 0.5 s without coming to anything shared"),
        ("\nprint('x' * 1_000_001)\n", "main (line 2) prints more than 1,000,000 characters"),
    ],
)
def test_much_computing_and_much_output_are_no_fault_of_a_script(explored, text, said):
    done = explored(text, options=["--cpu-limit", "0.5"])
    assert (done.code, said in done.text, "UNCHECKED" in done.out) == (3, True, True), done.text


@pytest.mark.parametrize("text", ["", "print('hello')\n", "import sys\nsys.exit()\n", "import sys\nsys.exit(0)\n"])
def test_what_starts_no_process_holds_and_is_no_proof(explored, text):
    done = explored(text)
    assert (done.code, "PROVED" in done.out) == (0, False), done.text
    assert "explored nothing to interleave: no second process was started" in done.text
    result = json.loads(explored(text, options=["--json"]).out)
    assert (result["verdict"], result["proved"]) == ("pass", False)


@pytest.mark.parametrize(
    ("imported", "asked"),
    [
        ("import datetime", "datetime.datetime.now()"),
        ("import os, datetime as d", "d.date.today()"),
        ("from datetime import datetime, timezone", "datetime.now(timezone.utc)"),
        ("from datetime import timedelta", "timedelta(1)"),
    ],
)
def test_the_real_clock_proves_nothing(explored, imported, asked):
    text = f"{imported}\n{textwrap.dedent(COUNT)}".replace("with lock:", f"{asked}\n    with lock:")
    done = explored(text, options=["--start-method", "fork"])
    reads = "the program reads the real clock (datetime)" in done.text
    assert (done.code, reads, "PROVED" in done.out) == (0, "timedelta" not in imported, "timedelta" in imported)
    assert reads != ("the proof was repeated" in done.text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import threading\nx = 1\nthreading.Thread(target=print).start()\n", "starting a thread"),
        (
            "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor() as e:\n    e.submit(print)\n",
            "starting a thread",
        ),
        ("import socket\n\nsocket.socket()\n", "socket.socket"),
        ("import socket\n\nsocket.socketpair()\n", "socket"),
        ("import os\n\nos.fork()\n", "os.fork"),
        ("import subprocess\n\nsubprocess.run(['true'])\n", "subprocess.Popen"),
        ("import os\n\nos.system('true')\n", "os.system"),
        ("import asyncio\n\nasyncio.run(asyncio.sleep(0))\n", "socket"),
        ("\n\ninput('name? ')\n", "input() waits for the keyboard"),
        ("from multiprocessing import Pipe\n\nPipe()\n", "multiprocessing.Pipe"),
        ("from multiprocessing import Pool\n\nPool(2)\n", "multiprocessing.Pool"),
        ("from multiprocessing import Manager\n\nManager()\n", "multiprocessing.Manager"),
        ("from multiprocessing import shared_memory as s\n\ns.SharedMemory(create=True, size=1)\n", "SharedMemory"),
        (
            "import atexit\nfrom multiprocessing import get_context as c\n"
            "atexit.register(lambda: c('fork').Process(target=print).start())\n",
            "starting a process from an exit handler (atexit)",
        ),
        (
            "import atexit\nfrom multiprocessing import get_context as c\n"
            "atexit.register(lambda: c('spawn').Process(target=print).start())\n",
            "starting a process from an exit handler (atexit)",
        ),
        ("import os\n\nos.closerange(3, 256)\n", "os.closerange (line 7): not all of these"),
        ("import os\n\nos.close(200)\n", "os.close(200) (line 7): the program has not opened"),
        ("import os\n\nopen(f'/proc/{os.getpid()}/status')\n", "reading '/proc/4194306/status'"),
        ("import os\n\nos.path.exists(f'/proc/{os.getpid()}')\n", "reading '/proc/4194306'"),
        ("import signal\n\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n", "ignoring SIGCHLD"),
        ("import os\n\nos.chmod(__file__, 0o644)\n", "changing"),
        ("import os\n\nos.mkfifo(__file__ + '.fifo')\n", "changing"),
        ("import os\n\nos.path.realpath('/proc/self')\n", "reading '/proc/self'"),
        ("import os\n\nos.listdir('/proc')\n", "reading '/proc'"),
        ("import os\n\nopen('/proc/thread-self/children')\n", "reading '/proc/thread-self/children'"),
        ("\n\nopen('neighbour.txt')\n", "reading 'neighbour.txt'"),
        ("import os\n\nos.path.exists('neighbour.txt')\n", "reading 'neighbour.txt'"),
        ("import os\n\nos.listdir()\n", "reading '.'"),
        ("\n\nopen(__file__ + '.out', 'w')\n", "changing"),
    ],
)
def test_what_cannot_be_followed_is_named_with_its_line_and_nothing_is_proved(course, explored, text, said):
    (course.folder / "neighbour.txt").write_text("")
    done = explored(f"try:\n    1 / 0\nexcept ZeroDivisionError:\n    pass\n{text}")
    assert done.code == 3, done.text
    head = " ".join(" ".join(done.out.splitlines()[:5]).split())
    assert "UNCHECKED" in head
    assert said in head
    assert "line 7" in head or "line 6" in head, head
    assert not (course.folder / "script.py.out").exists()


SERVED = """
    import os, signal
    from multiprocessing import get_context
    def work():
        {seen}
    if __name__ == "__main__":
        served = get_context("forkserver")
        for step in "10":
            {before}
            child = served.Process(target=work)
            child.start()
            child.join()
            assert child.exitcode == 0
    """


@pytest.mark.parametrize(
    ("before", "seen", "said"),
    [
        ("os.environ['STEP'] = step", "os.environ['STEP']", "by forkserver after os.environ was changed"),
        ("signal.signal(signal.SIGTERM, int(step))", "os.getpid()", "after a signal was ignored or no longer"),
        ("os.environ['STEP'] = '1'", "os.kill(os.getpid(), 0)", ""),
        ("os.environ['STEP'] = '1'", "os.getppid()", "os.getppid in a process that a fork server starts"),
        ("os.environ['STEP'] = '1'", "os.environ['STEP']", ""),
    ],
)
def test_what_a_fork_server_would_have_kept_is_named(explored, before, seen, said):
    done = explored(SERVED.format(before=before, seen=seen))
    assert done.code == (3 if said else 0), done.text
    assert said in " ".join(done.text.split())


@pytest.mark.parametrize("make", ["os.mkfifo('lock')", "os.mkdir('lock')"])
def test_who_makes_a_file_first_is_not_known(explored, make):
    done = explored(f"""
        import os
        from multiprocessing import Process
        def work():
            try:
                {make}
            except FileExistsError:
                pass
        if __name__ == "__main__":
            for _ in range(2):
                Process(target=work).start()
        """)
    assert done.code == 0
    assert "PROVED" not in done.text
    assert "writes files" in done.text


def test_a_file_of_its_own_is_no_trouble_but_no_proof(explored):
    done = explored("import os\nos.mkdir('out')\nopen('out/x', 'x').write('a')\nassert os.listdir('out') == ['x']\n")
    assert (done.code, "PROVED" in done.text, "writes files" in done.text) == (0, False, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = (\n", "SyntaxError: '(' was never closed"),
        ("import nowhere_to_be_found\n", "No module named 'nowhere_to_be_found'"),
        ("from . import sibling\n", "attempted relative import with no known parent package"),
        ("from .sibling import x\n", "A file that is run by its path belongs to no package"),
    ],
)
def test_a_script_that_cannot_be_run_is_an_error(explored, text, said):
    done = explored(text)
    assert (done.code, "ERROR" in done.out, said in done.text) == (3, True, True), done.text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["explore"], "explore takes a file"),
        (["explore", "--json"], "explore takes a file"),
        (["replay", "explore"], "replay explore takes a file"),
        (["explore", "nowhere.py"], "there is no file nowhere.py"),
        (["replay", "explore", "nowhere.py"], "there is no file nowhere.py"),
        (["explore", "labs"], "labs is a folder"),
        (["replay", "explore", "labs"], "labs is a folder"),
        (["explore", "/dev/null"], "/dev/null is a pipe or a device: give the path of a file"),
        (["explore", "/dev/zero"], "/dev/zero is a pipe or a device: give the path of a file"),
        (["replay", "explore", "/dev/zero"], "/dev/zero is a pipe or a device: give the path of a file"),
        (["explore", "--jsn", "labs"], "unrecognized arguments: --jsn"),
        (["explore", "--seed", "-1", "x.py"], "--seed"),
        (["lab2", "explore"], "did you mean: python -m checker explore"),
        (["--start-method", "thread", "explore", "x.py"], "--start-method"),
        (["--schedule", "x", "explore", "x.py"], "--schedule belongs to replay"),
    ],
)
def test_wrong_use_is_told_in_two_lines(course, words, said):
    course.write("def main(): pass\n")
    done = course.run(*words)
    assert (done.code, said in done.text, done.out) == (2, True, ""), done.text
    assert len(done.err.splitlines()) <= 3


def test_a_pipe_is_not_waited_for_and_what_may_not_be_read_is_said_at_once(course):
    os.mkfifo(course.folder / "pipe.py")
    for words in (["explore", "pipe.py"], ["replay", "explore", "pipe.py"]):
        done = course.run(*words)
        assert (done.code, "pipe.py is a pipe or a device" in done.text, done.out) == (2, True, "")
    (course.folder / "secret.py").write_text("")
    (course.folder / "secret.py").chmod(0)
    if not os.access(course.folder / "secret.py", os.R_OK):  # root may read all
        done = course.run("explore", "secret.py")
        assert (done.code, "secret.py cannot be read: Permission denied" in done.text, done.out) == (2, True, "")


def test_what_follows_the_file_is_the_scripts_own():
    def split(*argv):
        return split_off_script(argv)

    assert split("--json", "explore", "a.py", "--json", "--") == (["--json", "explore", "a.py"], ["--json", "--"])
    assert split("--seed", "3", "explore", "--seconds", "5", "a.py", "-x")[1] == ["-x"]
    assert split("replay", "explore", "a.py", "explore") == (["replay", "explore", "a.py"], ["explore"])
    assert split("explore", "--", "-a.py", "x") == (["explore", "--", "-a.py"], ["x"])
    assert split("lab3", "--json") == (["lab3", "--json"], [])
    request = parse(["--seed=3", "explore", "a.py", "--seed", "x"])
    assert (request.command, request.targets, request.arguments) == (Command.EXPLORE, ("a.py",), ("--seed", "x"))
    assert request.seed == 3
    assert parse(["explore", "--", "-a.py"]).targets == ("-a.py",)


def test_every_option_with_a_value_is_known_to_the_split():
    from checker import arguments

    with_value = {
        option
        for action in arguments._parser()._actions
        for option in action.option_strings
        if option.startswith("--") and action.nargs is None
    }
    assert with_value == arguments._WITH_VALUE


@needs_proc
def test_ctrl_c_leaves_no_process_behind(course):
    file = course.folder / "script.py"
    file.write_text(textwrap.dedent(OPPOSITE.replace("pass", "\n                while True: pass")))
    process = course.start("--cpu-limit", "60", "--start-method", "fork", "explore", "script.py")
    deadline = time.monotonic() + 30
    while len(marked(f"TMPDIR={course.temporary}")) < 9 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert course.processes_left() == []
    assert list(course.temporary.iterdir()) == []


def test_a_file_that_has_the_name_of_a_lab_can_be_explored_and_replayed(course):
    course.write(OPPOSITE)
    done = course.run("explore", "labs/lab02_counter.py")
    assert (done.code, "replay explore labs/lab02_counter.py" in done.text) == (1, True)
    assert course.run("replay", "explore", "labs/lab02_counter.py").code == 1
    assert course.run("replay", "lab2").code == 2, "it is not remembered as a check of the lab"


def test_a_lock_of_threads_is_named_where_there_are_several_processes(explored):
    text = COUNT.replace("import Lock, Process", "import Process").replace("    lock, count = Lock()", (
        "    import threading\n    lock, count = threading.Lock()"
    ))
    said = "threading.Lock (line 4) is for the threads of one process"
    done = explored(text, options=["--start-method", "fork"])
    assert (done.code, said in done.text) == (1, True), done.text
    harmless = text.replace("count.value += 1", "pass").replace("== 2", "== 0")
    done = explored(harmless, options=["--start-method", "fork"])
    assert (done.code, said in done.text) == (0, True), done.text
    done = explored("import threading\nthreading.Lock().acquire()\n")
    assert (done.code, "threads of one process" in done.text) == (0, False), done.text
    done = explored("import os, threading\nthreading.Event()\nos.fork()\n")
    assert (done.code, "threading.Event (line 2) is for" in done.text) == (3, True), done.text


@pytest.mark.parametrize("copied", [False, True], ids=["beside", "where the checker lies"])
def test_files_with_the_names_of_pythons_modules_where_it_is_called_are_not_taken(course, copied):
    """`python -m` looks there first."""
    environment = course.environment
    if copied:
        shutil.copytree(ROOT / "checker", course.folder / "checker", ignore=shutil.ignore_patterns("__pycache__"))
        del environment["PYTHONPATH"]
    for name in ("random", "queue", "signal", "json", "threading", "multiprocessing", "dataclasses", "typing"):
        (course.folder / f"{name}.py").write_text(f"raise RuntimeError('the wrong {name}')\n")
    script = course.folder / "mine" / "script.py"
    script.parent.mkdir()
    script.write_text(textwrap.dedent(COUNT))
    words = [sys.executable, "-m", "checker", "--jobs", "2", "--start-method", "fork", "explore", "mine/script.py"]
    done = subprocess.run(words, cwd=course.folder, env=environment, capture_output=True, encoding="utf-8", timeout=100)
    assert (done.returncode, "PROVED" in done.stdout, done.stderr) == (0, True, "")
    if len(os.sched_getaffinity(0)) > 1:
        assert "explored alone" not in done.stdout


@only_by_fork
def test_a_bound_on_preemptions_has_its_own_sentence(explored):
    done = explored(OPPOSITE, options=["--preemptions", "0"])
    assert (done.code, "no failure with at most 0 preemptions" in done.out, "PROVED" in done.out) == (0, True, False)
    assert explored(OPPOSITE, options=["--preemptions", "1"]).code == 1


def test_a_failed_assertion_at_exit_is_a_finding(explored):
    done = explored(
        """
        import atexit

        @atexit.register
        def check():
            assert False, "nobody was counted"
        """
    )
    assert done.code == 1
    assert "nobody was counted" in done.out


@pytest.mark.parametrize("look", ["time.monotonic()", "time.mktime(time.localtime()) + time.monotonic()"])
@pytest.mark.parametrize("helper", [True, False])
def test_who_looks_at_the_clock_first_matters_wherever_the_program_keeps_the_function_that_looks(
    course, explored, look, helper
):
    function = f"import time\ndef now():\n    return {look}\n"
    (course.folder / "stamps.py").write_text(function)
    done = explored(
        ("from stamps import now\n" if helper else function)
        + textwrap.dedent(
            """
            from multiprocessing import Array, Process
            def note(seen, number):
                seen[number] = now()
            if __name__ == "__main__":
                seen = Array("d", 2)
                children = [Process(target=note, args=(seen, number)) for number in range(2)]
                for child in children:
                    child.start()
                for child in children:
                    child.join()
                assert seen[0] <= seen[1]
            """
        )
    )
    assert done.code == 1, done.text
    assert "AssertionError" in done.text


def test_an_option_of_the_checker_behind_the_file_is_said_to_go_to_the_script(explored):
    text = "import sys\nassert sys.argv[1:] == ['--json', '--seed=3', '-v']\n"
    done = explored(text, "--json", "--seed=3", "-v")
    assert done.code == 0
    assert done.err == "note: --json and --seed went to the script: the checker's options stand before\n      it\n"
    assert explored("import sys\nassert sys.argv[1:] == ['-v', '--jso']\n", "-v", "--jso").err == ""
