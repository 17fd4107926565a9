"""A warm worker looks fresh to its next task, or is given up."""

from __future__ import annotations

import pytest

from tests.controlled.judge import Judge

LOOK = """
import builtins, logging, os, random, signal, sys, time, warnings, atexit, decimal

def main():
    return [
        sorted(name for name in sys.modules if "dirt" in name), os.environ.get("DIRT"), sys.argv[1:], sys.path[1:],
        os.getcwd() == os.path.dirname(sys.argv[0]), hasattr(builtins, "dirt"),
        len(warnings.filters), sys.getrecursionlimit(), time.sleep.__module__,
        len(logging.root.handlers), logging.root.level, str(signal.getsignal(signal.SIGTERM)), random.random(),
        decimal.getcontext().prec, sys.excepthook is sys.__excepthook__, callable(print), time.time(),
        os.getpid(), type(sys.stdout).__name__, sys.modules["__main__"].__name__, sorted(globals())[:3], str(2 ** 5),
    ]
"""

DIRT = """
import builtins, decimal, logging, os, random, signal, sys, time, warnings, atexit
import dirt_module

def main():
    os.environ["DIRT"] = "1"
    sys.argv.append("dirt"); sys.path.insert(0, "dirt"); os.mkdir("dirt") if not os.path.exists("dirt") else None
    os.chdir("dirt"); builtins.dirt = 1; builtins.print = None; warnings.simplefilter("error")
    sys.setrecursionlimit(500)
    time.sleep = time.time = lambda *a: 5; os.getpid = lambda: 1
    logging.basicConfig(level=10); logging.getLogger("dirt").setLevel(10)
    signal.signal(signal.SIGTERM, signal.SIG_IGN); random.seed(1); decimal.getcontext().prec = 3
    sys.excepthook = sys.displayhook = None
    atexit.register(lambda: sys.stdout.write("bye\\n"))
    sys.modules["os"] = None
    del sys.modules["json"]
    class Loop:
        def __del__(self):
            sys.stdout.write("from the grave\\n")
    loop = Loop(); loop.me = loop
    sys.stdout.write("not flushed")
"""


def run(zygote, file, tmp_path, worker, text):
    file.write_text(text)
    judge = Judge(zygote, file, [], tmp_path, {})
    judge.idle = [worker] if worker else []
    judge.run()
    return judge, judge.idle[0] if judge.idle else None


def test_what_a_task_leaves_behind_is_gone(zygote, tmp_path):
    (tmp_path / "dirt_module.py").write_text("")
    file = tmp_path / "program.py"
    before, worker = run(zygote, file, tmp_path, None, LOOK)
    for _ in range(2):
        dirty, again = run(zygote, file, tmp_path, worker, DIRT)
        assert dirty.text["stdout"].splitlines()[0] == "not flushedbye"
        assert again == worker
    after, again = run(zygote, file, tmp_path, worker, LOOK)
    after.close()
    assert again == worker
    assert after.returned == before.returned
    assert after.kinds() == before.kinds()


@pytest.mark.parametrize("leftover", ["global f; f = open(__file__)", "import os; os.dup(0)"])
def test_a_worker_with_leftovers_is_not_reused(judged, leftover):
    judge = judged(f"def main():\n    {leftover}\n")
    assert judge.idle == []


def test_files_that_are_closed_do_no_harm_and_get_ordinary_numbers(judged):
    judge = judged("def main():\n    with open(__file__) as f:\n        return f.fileno()\n")
    assert judge.returned == 3
    assert len(judge.idle) == 1
