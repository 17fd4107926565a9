"""What each process has for itself is told where the processes used nothing that they share."""

from __future__ import annotations

import pytest

from checker.analysis.unshared import unshared_told
from tests.analysis.traces import MAIN, ONE, acquire, lock, op, step, trace

EXIT = step("main.1", op("exit", None, 0, None, False, None))
ALONE = trace([EXIT], (MAIN, ONE), {})
GLOBAL = "total = 0\ndef work():\n    global total\n    total += 1\n"


@pytest.mark.parametrize(
    "source", ["import threading\nlock = threading.Lock()", "from threading import RLock\nlock = RLock()"]
)
def test_a_lock_of_threading(source):
    assert unshared_told(ALONE, source) == (
        "a lock of threading keeps out only threads of the same process: use the one of multiprocessing"
    )


def test_a_global_variable():
    assert unshared_told(ALONE, GLOBAL).startswith("total is a global variable: each process has its own")
    asserted = f"{GLOBAL}\nassert total == 2\nassert other == 1\n"
    lines = asserted.splitlines()
    assert unshared_told(ALONE, asserted, lines.index("assert total == 2") + 1).startswith("total is a global")
    assert unshared_told(ALONE, asserted, lines.index("assert other == 1") + 1) == ""


def test_nothing_is_said_of_those_who_share_something_or_are_alone():
    shared = trace([step("main.1", acquire("main/lock.1"), True), EXIT], (MAIN, ONE), {"main/lock.1": lock(2)})
    assert unshared_told(shared, GLOBAL) == ""
    assert unshared_told(trace([], (MAIN,), {}), GLOBAL) == ""
    assert unshared_told(ALONE, "import threading\nthreading.current_thread()") == ""
    assert unshared_told(ALONE, "def (") == ""
