"""What came with Python 3.14 and 3.15: followed as it is for real, or named."""

from __future__ import annotations

import sys

import pytest

from tests.checked import Course

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="fork servers are tried on Linux only")


@pytest.fixture
def explored(tmp_path):
    """Explores a script: explored(text, *arguments of the script, options=(), name=…) -> Done."""
    return Course(tmp_path).explore


def since(*version, case):
    return pytest.param(*case, marks=pytest.mark.skipif(sys.version_info < version, reason="a newer Python's"))


def whole(done):
    return " ".join(done.text.split())


SERVED = """
    import random
    from multiprocessing import Lock, Value, get_context
    served = get_context("forkserver")
    {made}
    def work(given):
        {used}
    if __name__ == "__main__":
        children = [served.Process(target=work, args=({given},)) for _ in range(2)]
        for child in children:
            child.start()
        for child in children:
            child.join()
        assert all(child.exitcode == 0 for child in children)
    """


@pytest.mark.skipif(sys.version_info < (3, 13, 8), reason="fork servers did not import the program")
@pytest.mark.parametrize(
    ("made", "used", "given", "code", "said"),
    [
        ("count = Value('i', 0)", "count.value += 1; assert count.value == 1", "0", 3, "top level in a process of"),
        ("lock = served.Lock()", "lock.acquire()", "0", 3, "top level in a process of a fork server (line 7)"),
        ("lock = served.Lock()", "Lock().acquire()", "0", 0, "PROVED"),
        ("lock = served.Lock()", "given.acquire(); given.release()", "lock", 0, "PROVED"),
        ("queue = served.Queue()", "served.Process(target=work, args=(queue,)).start()", "0", 3, "top level in a"),
        ("random.seed(1)", "random.random()", "0", 0, "nothing is proved"),
        ("", "random.seed(1); random.random()", "0", 0, "PROVED"),
    ],
)
def test_what_a_fork_server_imports_once_is_not_taken_for_what_each_process_makes(
    explored, made, used, given, code, said
):
    done = explored(SERVED.format(made=made, used=used, given=given))
    assert (done.code, said in whole(done)) == (code, True), done.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        since(3, 14, case=("child = Process(target=print)\nchild.start()\nchild.interrupt()", "Process.interrupt yet")),
        since(3, 15, case=("set_forkserver_preload(['json'], on_error='fail')", "on_error in set_forkserver_preload")),
        since(3, 14, case=("from concurrent import interpreters\ninterpreters.create()", "a subinterpreter")),
        since(3, 14, case=("import sys\nsys.remote_exec(1, '/dev/null')", "sys.remote_exec")),
    ],
)
def test_what_cannot_be_followed_is_named(explored, text, said):
    done = explored(f"from multiprocessing import *\nif __name__ == '__main__':\n{indented(text)}")
    assert (done.code, f"cannot follow {said}" in whole(done)) == (3, True), done.text


def indented(text):
    return "\n".join(f"    {line}" for line in text.split("\n"))


POLLING = """
    from multiprocessing import Lock, Process, Value
    {first}
    def work(lock, done):
        with lock:
            done.value = 1
    if __name__ == "__main__":
        lock, done = Lock(), Value("i", 0)
        lock.acquire()
        child = Process(target=work, args=(lock, done))
        child.start()
        lock.release()
        while {wanted}:
            pass
        child.join()
    """


@pytest.mark.parametrize(
    ("first", "wanted"),
    [
        since(3, 14, case=("", "lock.locked()")),
        since(3, 14, case=("if Lock:\n        tries: int = 0", "not done.value")),
        since(3, 14, case=("class Kept:\n        if Lock:\n            tries: int = 0", "not done.value")),
        since(3, 15, case=("lazy import math", "not done.value")),
    ],
)
def test_a_polling_loop_is_decided(explored, first, wanted):
    done = explored(POLLING.format(first=first, wanted=wanted))
    assert (done.code, "PROVED" in done.text) == (0, True), done.text


def test_what_cannot_be_pickled_is_told_in_the_same_words_each_time(explored):
    done = explored("""
        from multiprocessing import Queue
        def main():
            queue = Queue(1)
            queue.put(lambda: 1)
            queue.close()
        if __name__ == "__main__":
            main()
    """)
    assert (done.code, "does not repeat itself" in whole(done)) == (0, False), done.text


@pytest.mark.skipif(sys.version_info < (3, 14), reason="a newer Python's")
def test_a_time_that_only_the_module_knows_proves_nothing(explored):
    done = explored("""
        import uuid
        from multiprocessing import Process
        if __name__ == "__main__":
            Process(target=print).start()
            uuid.uuid6(1, 2)
    """)
    assert "nothing is proved" in whole(done), done.text
