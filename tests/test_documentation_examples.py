"""Programs in the spirit of the examples in the documentation of `multiprocessing`: each is checked, or told why not.

The table grows with what the checker can follow. Under `fork` as under `spawn`, since the documentation promises both.
"""

from __future__ import annotations

import sys
import textwrap

import pytest

from checker.check import Options
from checker.result import Kind, Verdict
from checker.script import Script, explore

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="controlled fork needs a system with subreapers")
GUARD = 'if __name__ == "__main__":'

CHECKED = {
    "a process with a name": f"""
        from multiprocessing import Process
        def greet(name):
            print("hello", name)
        {GUARD}
            p = Process(target=greet, args=("bob",))
            p.start()
            p.join()
        """,
    "who is whose parent": f"""
        import os
        from multiprocessing import Process
        def tell(title):
            print(title, __name__, os.getppid(), os.getpid())
        def child(name):
            tell("child")
            print("hello", name)
        {GUARD}
            tell("main")
            p = Process(target=child, args=("bob",))
            p.start()
            p.join()
        """,
    "a context with a queue": f"""
        import multiprocessing as mp
        def put(q):
            q.put("hello")
        {GUARD}
            ctx = mp.get_context("spawn")
            q = ctx.Queue()
            p = ctx.Process(target=put, args=(q,))
            p.start()
            print(q.get())
            p.join()
        """,
    "a start method that is set": f"""
        import multiprocessing as mp
        def put(q):
            q.put("hello")
        {GUARD}
            mp.set_start_method("spawn")
            q = mp.Queue()
            p = mp.Process(target=put, args=(q,))
            p.start()
            print(q.get())
            p.join()
        """,
    "a queue of mixed things": f"""
        from multiprocessing import Process, Queue
        def put(q):
            q.put([42, None, "hello"])
        {GUARD}
            q = Queue()
            p = Process(target=put, args=(q,))
            p.start()
            assert q.get() == [42, None, "hello"]
            p.join()
        """,
    "a lock round printing": f"""
        from multiprocessing import Lock, Process
        def say(lock, i):
            lock.acquire()
            try:
                print("hello world", i)
            finally:
                lock.release()
        {GUARD}
            lock = Lock()
            for num in range(3):
                Process(target=say, args=(lock, num)).start()
        """,
    "a value and an array": f"""
        from multiprocessing import Array, Process, Value
        def change(n, a):
            n.value = 3.5
            for i in range(len(a)):
                a[i] = -a[i]
        {GUARD}
            num, arr = Value("d", 0.0), Array("i", range(3))
            p = Process(target=change, args=(num, arr))
            p.start()
            p.join()
            assert (num.value, arr[:]) == (3.5, [0, -1, -2])
        """,
    "the life of a process": f"""
        import multiprocessing, signal, time
        {GUARD}
            p = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(1000,))
            print(p, p.is_alive())
            p.start()
            p.terminate()
            p.join()
            assert not p.is_alive() and p.exitcode in (0, -signal.SIGTERM)  # a sleep, however long, is no order
        """,
    "workers on two queues": f"""
        from multiprocessing import Process, Queue
        def worker(tasks, done):
            for a, b in iter(tasks.get, "STOP"):
                done.put(a * b)
        {GUARD}
            tasks, done = Queue(), Queue()
            for pair in [(1, 2), (3, 4)]:
                tasks.put(pair)
            workers = [Process(target=worker, args=(tasks, done)) for _ in range(2)]
            for w in workers:
                w.start()
            assert sorted(done.get() for _ in range(2)) == [2, 12]
            for _ in workers:
                tasks.put("STOP")
        """,
    "a subclass": f"""
        from multiprocessing import Process, SimpleQueue
        class Doubler(Process):
            def __init__(self, number, results):
                super().__init__()
                self.number, self.results = number, results
            def run(self):
                self.results.put(self.number * 2)
        {GUARD}
            results = SimpleQueue()
            Doubler(21, results).start()
            assert results.get() == 42
        """,
}

# Main ends, and lets go of what it has made, while a spawned child has still to open it: so it is for real as well.
WRONG_UNDER_SPAWN = {"a lock round printing", "workers on two queues"}

FAILING = {
    "a queue joined before it is drained": (
        Kind.DEADLOCK,
        f"""
        from multiprocessing import Process, Queue
        def put(q):
            q.put("X" * 1000000)
        {GUARD}
            q = Queue()
            p = Process(target=put, args=(q,))
            p.start()
            p.join()
            q.get()
        """,
    ),
    "an unguarded counter": (
        Kind.EXCEPTION,
        f"""
        from multiprocessing import Process, Value
        def work(n):
            n.value += 1
        {GUARD}
            n = Value("i", 0)
            ps = [Process(target=work, args=(n,)) for _ in range(2)]
            for p in ps:
                p.start()
            for p in ps:
                p.join()
            assert n.value == 2
        """,
    ),
}

NOT_FOLLOWED = {
    "a pipe": ("multiprocessing.Pipe", 2, "from multiprocessing import Pipe\na, b = Pipe()\n"),
    "a pool": ("multiprocessing.Pool", 2, "from multiprocessing import Pool\nPool(5)\n"),
    "a manager": ("multiprocessing.Manager", 2, "from multiprocessing import Manager\nManager()\n"),
    "a condition": ("multiprocessing.Condition", 2, "from multiprocessing import Condition\nCondition()\n"),
    "an event": ("multiprocessing.Event", 2, "from multiprocessing import Event\nEvent()\n"),
    "a barrier": ("multiprocessing.Barrier", 2, "from multiprocessing import Barrier\nBarrier(2)\n"),
    "a structure": (
        "shared memory",
        3,
        "import ctypes\nfrom multiprocessing import Value\nValue(type('P', (ctypes.Structure,), {'_fields_': []}))\n",
    ),
    "shared memory by name": (
        "multiprocessing.shared_memory.SharedMemory",
        2,
        "from multiprocessing import shared_memory\nshared_memory.SharedMemory(create=True, size=10)\n",
    ),
    "a listener": (
        "multiprocessing.connection.Listener",
        2,
        "from multiprocessing.connection import Listener\nListener(('localhost', 6000))\n",
    ),
    "a logger": ("multiprocessing.log_to_stderr", 2, "import multiprocessing\nmultiprocessing.log_to_stderr()\n"),
    "a sentinel": (
        "sentinel",
        4,
        "import multiprocessing\nif __name__ == '__main__':\n    p = multiprocessing.Process(target=print)\n"
        "    p.start() or p.sentinel\n",
    ),
}


def result_of(text, tmp_path, start_method):
    file = tmp_path / "example.py"
    file.write_text(textwrap.dedent(text), encoding="utf-8")
    return explore(Script(file), Options(start_method=start_method, schedules=500))


@pytest.mark.parametrize("start_method", ["fork", "spawn"])
@pytest.mark.parametrize("name", CHECKED)
def test_is_checked(name, start_method, tmp_path):
    result = result_of(CHECKED[name], tmp_path, start_method)
    if start_method == "spawn" and name in WRONG_UNDER_SPAWN:
        assert result.finding is not None
        assert "FileNotFoundError: [Errno 2] No such file or directory" in result.finding.sentence
        return
    assert (result.verdict, result.message) == (Verdict.PASS, ""), result
    assert result.proved, result.notes


@pytest.mark.parametrize("start_method", ["fork", "spawn"])
@pytest.mark.parametrize("name", FAILING)
def test_is_found_to_be_wrong(name, start_method, tmp_path):
    kind, text = FAILING[name]
    result = result_of(text, tmp_path, start_method)
    assert result.finding is not None, result
    assert (result.finding.kind, result.finding.replayed) == (kind, 3)


@pytest.mark.parametrize("start_method", ["fork", "spawn"])
@pytest.mark.parametrize("name", NOT_FOLLOWED)
def test_is_told_why_not(name, start_method, tmp_path):
    what, line, text = NOT_FOLLOWED[name]
    result = result_of(text, tmp_path, start_method)
    assert (result.verdict, result.finding, result.proved) == (Verdict.UNCHECKED, None, False)
    assert what in result.message.partition("\n")[0]
    assert f"(line {line})" in result.message.partition("\n")[0]
