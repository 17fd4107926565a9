"""On which processors a process may run is virtual, and it may be asked by its own number."""

from __future__ import annotations

import os

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no such functions")

SPEAKS = """
    import os
    from multiprocessing import Process

    def tell():
        own = os.getpid()
        print(sorted(os.sched_getaffinity(0)), os.sched_getaffinity(own) == os.sched_getaffinity(0))
        print(os.sched_getscheduler(own) == os.sched_getscheduler(0), os.cpu_count())

    def main():
        tell()
        os.sched_setaffinity(os.getpid(), {0, 2, 99})
        tell()
        child = Process(target=tell); child.start(); child.join()
        for mask in ({99}, {-1}):
            try:
                os.sched_setaffinity(0, mask)
            except (OSError, ValueError) as error:
                print(type(error).__name__)
"""


def test_they_are_the_same_on_every_machine_and_a_child_has_those_of_its_parent(judged):
    before = os.sched_getaffinity(0)
    for _ in range(2):  # the same worker begins anew
        told = judged(SPEAKS).text["stdout"].splitlines()
        chosen = ["[0, 2] True", "True 4"]
        assert told == ["[0, 1, 2, 3] True", "True 4", *chosen, *chosen, "OSError", "ValueError"]
    assert os.sched_getaffinity(0) == before


@pytest.mark.parametrize("name", ["sched_getaffinity", "sched_getparam"])
def test_those_of_others_are_refused(judged, name):
    judge = judged(f"import os\ndef main():\n    os.{name}(os.getppid())\n")
    assert judge.refusal == ("uncontrolled", f"os.{name} of another process is not controlled")


def test_what_would_move_the_worker_is_refused(judged):
    judge = judged("import os\ndef main():\n    os.sched_setscheduler(0, 0, os.sched_param(0))\n")
    assert judge.refusal == ("uncontrolled", "os.sched_setscheduler is not controlled")
