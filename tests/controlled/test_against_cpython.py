"""What a single process sees is what CPython shows it: the same programs, run by both, print the same."""

from __future__ import annotations

import difflib
import subprocess
import sys
import textwrap

import pytest

ATTEMPT = '''
import ctypes, pickle, queue, sys
import multiprocessing as mp
from multiprocessing import *

def attempt(call):
    try:
        return repr(call())
    except Exception as error:
        return f"{type(error).__module__}.{type(error).__qualname__}: {error}"

def setting(target, name, value):
    return attempt(lambda: setattr(target, name, value))

def item(target, key, value):
    return attempt(lambda: target.__setitem__(key, value))

def show(*values):
    print(*values, sep=" | ")
'''

GUARD = '''
if __name__ == "__main__":
    mp.set_start_method("spawn")
    main()
'''

PROGRAMS = {
    "values": """
        def main():
            for code, values in {
                "i": [1, -1, 2**31, 2**32 + 5, 1.5, "x", None, True], "B": [255, 256, -1], "f": [0.1, 1, "x"],
                "d": [0.1, 10**400, None], "c": [b"x", b"", b"xy", "x", 65], "u": ["x", "xy", b"x", "\\u20ac"],
                "q": [2**63, 2**64 - 1], "H": [70000], "b": [200], "L": [-1], "Q": [2**70],
            }.items():
                for make in (RawValue, Value):
                    v = make(code)
                    show(code, attempt(lambda: v.value))
                    for value in values:
                        show(code, setting(v, "value", value), attempt(lambda: v.value))
                        show(attempt(lambda: make(code, value).value))
            v = Value("i", 3)
            v.value += 4
            show(v.value, v, RawValue("d", 2.5), Value(ctypes.c_bool, 5).value, Value(ctypes.c_short, 70000).value)
            for call in (lambda: Value("z"), lambda: Value("i", 1, 2), lambda: Value("i", lock=5), lambda: Value(int),
                         lambda: pickle.dumps(Value("i"))):
                show(attempt(call))
            lock = Lock()
            w = Value("i", 1, lock=lock)
            show(w.get_lock() is lock, w.value, Value("i", 8, lock=False).value, type(v.get_lock()).__name__)
            with v:
                with v.get_lock():
                    v.value = 9
            show(v.value)
    """,
    "arrays": """
        def main():
            for make in (RawArray, Array):
                a = make("i", range(5))
                show(len(a), a[0], a[-1], a[:], a[1:4:2], a[::-1], a[7:], list(a), sum(a), 3 in a)
                for key in (5, -6, "x", 1.0, None):
                    show(attempt(lambda: a[key]), item(a, key, 1))
                for key, value in ((slice(0, 2), [7, 8]), (slice(0, 2), [1]), (slice(0, 2), 5),
                                   (slice(0, 4, 2), [1, 2]), (slice(None, None, -1), [1, 2, 3, 4, 5]),
                                   (0, 2**33 + 1), (0, "x"), (1, 2.5)):
                    show(item(a, key, value), a[:])
                b = make("c", 5)
                show(b[:], attempt(lambda: b.value), attempt(lambda: b.raw), b[0])
                for name, value in (("value", b"abc"), ("value", b"x"), ("value", b"toolong"), ("value", "x"),
                                    ("raw", b"12345"), ("raw", b"ab"), ("raw", b"123456"), ("value", b"")):
                    show(name, setting(b, name, value), b[:], attempt(lambda: b.value), attempt(lambda: b.raw))
                show(item(b, 0, b"z"), item(b, 0, "z"), item(b, slice(0, 2), b"yy"), b[:], b[-1])
                d = make("d", 3)
                show(d[:], item(d, 1, 1), d[:], attempt(lambda: make("i", -1)), attempt(lambda: make("i", "ab")),
                     attempt(lambda: make("i", 2.5)), attempt(lambda: make("q", [])[:]), len(make("i", 0)))
                u = make("u", 4)
                show(repr(u[:]), item(u, 0, "x"), repr(u[0]))
                show(attempt(lambda: a.__delitem__(0)) != "")
            r = RawArray("u", "h\\u00e9")
            show(repr(r.value), r[:], setting(r, "value", "abc"), setting(r, "value", "a"), repr(r[:]))
            show(attempt(lambda: Array("i", 3, lock=7)), attempt(lambda: Array("i", 3, True)))
            show(Array("i", 2, lock=Lock())[:])
    """,
    "locks": """
        def main():
            lock, rlock, sem, bounded = Lock(), RLock(), Semaphore(2), BoundedSemaphore(3)
            show(lock, rlock, sem, bounded, sem.get_value(), Semaphore().get_value())
            for call in (
                lambda: lock.acquire(), lambda: rlock.acquire(True, 1), lambda: sem.acquire(block=False),
                lambda: bounded.acquire(timeout=0.5), lambda: rlock.acquire(0), lambda: rlock.acquire(1, -3),
                lambda: RLock().acquire(0.5), lambda: Lock().acquire("x"), lambda: Lock().acquire(None),
                lambda: Lock().acquire(block=2), lambda: Queue().put(1, 0.5), lambda: Queue(1).put(1, "x"),
                lambda: Queue(4 / 2), lambda: JoinableQueue(1.5), lambda: Queue(2**40), lambda: Queue(-0.5) and None,
                lambda: Process(target=Lock().acquire).start(), lambda: Process(target=Semaphore().release).start(),
                lambda: lock.acquire(timeout="x"), lambda: lock.acquire(True, []), lambda: Semaphore(-1),
                lambda: Semaphore("x"), lambda: Semaphore(2**40), lambda: BoundedSemaphore(1.5),
                lambda: pickle.dumps(lock), lambda: pickle.dumps(sem), lambda: pickle.dumps(Queue()),
                lambda: pickle.dumps(JoinableQueue()),
                lambda: pickle.dumps(SimpleQueue()), lambda: pickle.dumps(current_process().authkey),
            ):
                show(attempt(call))
            with Lock() as got, RLock() as also:
                show(got, also)
            show(Lock.__name__, type(lock).__module__, type(lock).__qualname__, type(sem).__mro__[1].__name__)
    """,
    "queues": """
        def main():
            q = Queue()
            q.put((1, "a", None)); q.put([1, 2]); q.put({"k": {3}}); q.put_nowait(b"x")
            show(q.get(), q.get(), q.get(timeout=5), q.get(True, 5))
            show(q.empty(), q.full(), attempt(lambda: q.get(False)), attempt(q.get_nowait))
            show(attempt(lambda: q.get(timeout=0.01)))
            show(attempt(q.join_thread).partition(" <")[0])
            q.close(); q.join_thread()
            show(attempt(lambda: q.put(1)).partition(" <")[0], attempt(lambda: q.get()).partition(" <")[0])
            s = SimpleQueue()
            s.put([1]); s.put("x")
            show(s.empty(), s.get(), s.get(), s.empty(), attempt(lambda: s.put(lambda: 1)).partition(" at ")[0])
            s.close()
            show(attempt(lambda: s.put(1)), attempt(s.empty))
            j = JoinableQueue(3)
            j.put("job"); show(j.get()); j.task_done(); j.join()
            show(repr(q).partition(" at ")[0], repr(s).partition(" at ")[0])
            show(type(j).__mro__[1] is type(q), queue.Empty is mp.queues.Empty)
    """,
    "processes": """
        class Worker(Process):
            def run(self):
                pass

        def work(*args, **kwargs):
            pass

        def main():
            p = Process(target=work, args=(1,), kwargs={"a": 2})
            w = Worker(name="w", daemon=True)
            show(p.name, p.daemon, p.exitcode, p.pid, p.ident, p.is_alive(), w.name, w.daemon, Worker().name)
            for call in (p.join, p.terminate, p.kill, lambda: p.sentinel, lambda: Process(5), lambda: Process(1, work),
                         lambda: Process(target=work, args=5), lambda: Process(target=work, nonsense=5)):
                show(attempt(call))
            show(setting(p, "name", 5), setting(p, "name", "new"), p.name, setting(p, "daemon", True), p.daemon)
            p.daemon = False
            show(repr(p).partition(" parent")[0], repr(p).rpartition(" ")[2], repr(w).rpartition(" initial")[2])
            show(attempt(lambda: Process(target=lambda: 1).start()).partition(" at ")[0])
            def local(): pass
            show(attempt(lambda: Process(target=local).start()).partition(" at ")[0])
            p.start()
            show(attempt(p.start), setting(p, "daemon", True), p.is_alive(), p in active_children())
            p.join()
            show(p.exitcode, p.is_alive(), active_children(), attempt(lambda: p.target))
            show(repr(p).rpartition("parent")[2].partition(" ")[2])
            p.close()
            show(attempt(p.join), attempt(lambda: p.exitcode), attempt(lambda: p.name), repr(p).rpartition(" ")[2])
            show(attempt(p.close))
            show(current_process().name, current_process().is_alive(), parent_process(), repr(current_process()))
            show(current_process().daemon, attempt(current_process().join))
            show(attempt(current_process().start).partition(",")[0])
    """,
    "contexts": """
        def main():
            show(get_start_method(), attempt(lambda: set_start_method("spawn")), attempt(lambda: get_context("x")))
            c = get_context("spawn")
            show(c.get_start_method(), attempt(lambda: c.set_start_method("fork")), c.Process.__name__, c.Lock())
            show(c.Process.__module__, Process.__module__, sorted(get_all_start_methods()))
            show(issubclass(TimeoutError, ProcessError), TimeoutError, BufferTooShort, AuthenticationError.__mro__[1:3])
            show(sorted(name for name in dir(mp) if name in mp.__all__), freeze_support())
            show(attempt(lambda: mp.nonsense), attempt(lambda: __import__("multiprocessing.nonsense")))
            from multiprocessing.synchronize import Lock as L
            from multiprocessing.queues import Queue as Q
            from multiprocessing.process import BaseProcess, current_process as cp
            from multiprocessing.context import SpawnProcess, assert_spawning
            import multiprocessing.sharedctypes as sc, multiprocessing.queues
            show(isinstance(Lock(), L), isinstance(Queue(), Q), issubclass(SpawnProcess, BaseProcess))
            show(cp() is current_process())
            show(attempt(lambda: assert_spawning(5)), sc.RawValue("i", 3).value, multiprocessing.queues.Empty)
            set_start_method("fork", force=True)
            show(get_start_method())
            lock = Lock()
            p = get_context("spawn").Process(target=print, args=(lock,))
            show(attempt(p.start))
    """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_prints_what_it_prints_under_cpython(judged, tmp_path, name):
    text = ATTEMPT + textwrap.dedent(PROGRAMS[name])
    real = tmp_path / "real.py"
    real.write_text(text + GUARD, encoding="utf-8")
    done = subprocess.run([sys.executable, str(real)], capture_output=True, text=True, timeout=60, check=True)
    judge = judged(text)
    assert judge.kinds()[-1] == "exit", judge.requests[-1]
    ours = judge.text["stdout"].replace("__mp_main__", "__main__")
    difference = list(difflib.unified_diff(done.stdout.splitlines(), ours.splitlines(), "CPython", "ours", n=0))
    assert not difference, "\n".join(difference)
