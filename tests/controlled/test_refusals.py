"""What cannot be controlled is refused by name and line when it is used, and importing it is free."""

from __future__ import annotations

import pytest

IMPORTS = """
    import multiprocessing as mp, multiprocessing.shared_memory, multiprocessing.managers, multiprocessing.pool
    import threading, socket, subprocess, os, signal, concurrent.futures, sys
    from multiprocessing import Pool, Manager, Pipe, Condition, Event, Barrier, pool, connection, managers
    from multiprocessing import Process, Value, Queue, sharedctypes, shared_memory
    from multiprocessing.managers import BaseManager, SyncManager
    from multiprocessing.shared_memory import SharedMemory
    from multiprocessing.pool import ThreadPool
    from multiprocessing.connection import Connection, wait
    from multiprocessing.synchronize import Condition as C
    from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
    import ctypes

    class MyManager(BaseManager):
        pass

    class Pair(ctypes.Structure):
        _fields_ = [("a", ctypes.c_int)]

    def typed(x: "Pool | None", y: Connection) -> list[SharedMemory]:
        return isinstance(x, C)

    def main():
        typed(1, 2)
        try:
            {use}
        except BaseException:
            print("caught")
        finally:
            print("never seen")
"""

USES = {
    "Pool(2)": ("uncontrolled", "multiprocessing.Pool is not controlled yet"),
    "Manager()": ("uncontrolled", "multiprocessing.Manager is not controlled yet"),
    "Pipe()": ("uncontrolled", "multiprocessing.Pipe is not controlled yet"),
    "mp.Event()": ("uncontrolled", "multiprocessing.Event is not controlled yet"),
    "mp.get_context('spawn').Condition()": ("uncontrolled", "multiprocessing.Condition is not controlled yet"),
    "C()": ("uncontrolled", "multiprocessing.synchronize.Condition is not controlled yet"),
    "MyManager()": ("uncontrolled", "multiprocessing.managers.BaseManager is not controlled yet"),
    "MyManager.register('x')": ("uncontrolled", "multiprocessing.managers.BaseManager.register is not controlled yet"),
    "mp.shared_memory.SharedMemory(create=True, size=5)": (
        "uncontrolled",
        "multiprocessing.shared_memory.SharedMemory is not controlled yet",
    ),
    "ThreadPool()": ("uncontrolled", "multiprocessing.pool.ThreadPool is not controlled yet"),
    "wait([])": ("uncontrolled", "multiprocessing.connection.wait is not controlled yet"),
    "ProcessPoolExecutor()": ("uncontrolled", "concurrent.futures.ProcessPoolExecutor is not controlled yet"),
    "ThreadPoolExecutor(1).submit(print)": ("thread", None),
    "threading.Thread(target=print).start()": ("thread", None),
    "input('?')": ("input", None),
    "sys.stdin.readline()": ("input", None),
    "os.fork()": ("uncontrolled", "os.fork is not controlled"),
    "os.system('true')": ("uncontrolled", "os.system is not controlled"),
    "subprocess.run(['true'])": ("uncontrolled", "subprocess.Popen is not controlled"),
    "socket.socket()": ("uncontrolled", "socket.socket is not controlled"),
    "signal.signal(signal.SIGTERM, print)": ("uncontrolled", "a Python handler for SIGTERM is not controlled yet"),
    "signal.alarm(1)": ("uncontrolled", "signal.alarm is not controlled"),
    "os.fdopen(1, 'w')": ("uncontrolled", "a stream of its own on the terminal is not controlled yet"),
    "open(2, 'w')": ("uncontrolled", "a stream of its own on the terminal is not controlled yet"),
    "open(file=1, mode='w')": ("uncontrolled", "a stream of its own on the terminal is not controlled yet"),
    "open('/dev/stdout', 'w')": ("uncontrolled", "a stream of its own on the terminal is not controlled yet"),
    "os.dup2(5, fd2=1)": ("uncontrolled", "a stream of its own on the terminal is not controlled yet"),
    "os.dup(1)": ("uncontrolled", "a stream of its own on the terminal is not controlled yet"),
    "mp.get_context('fork').Process(target=print).start()": (
        "uncontrolled",
        "a process of get_context('fork') is not controlled yet",
    ),
    "bytes(sharedctypes.RawArray('i', 2))": ("uncontrolled", "bytes() of shared memory is not controlled yet"),
    "Value('i').get_obj()": ("uncontrolled", "the memory behind get_obj() is not controlled yet"),
    "Value(Pair)": ("uncontrolled", "ctypes type Pair in shared memory is not controlled yet"),
    "Value(ctypes.c_char_p)": ("uncontrolled", "ctypes type c_char_p in shared memory is not controlled yet"),
}


@pytest.mark.parametrize("use", USES)
def test_use_is_refused(judged, use):
    judge = judged(IMPORTS.replace("{use}", use))
    reason, sentence = judge.refusal
    assert (reason, sentence) == (USES[use][0], USES[use][1] or sentence)
    assert judge.requests[-1][4] == 26
    assert judge.kinds() == ["refuse"]


def test_a_sentinel_is_refused_and_a_child_reads_the_end_of_its_input(judged):
    judge = judged("""
        from multiprocessing import Process
        def work():
            try:
                input("? ")
            except EOFError as error:
                print(error)
        def main():
            p = Process(target=work); p.start(); p.join()
            p.sentinel
    """)
    assert judge.text["stdout"] == "? EOF when reading a line\n"
    assert judge.refusal == ("uncontrolled", "multiprocessing.Process.sentinel is not controlled yet")


def test_nothing_leads_to_the_real_library(judged):
    judge = judged("""
        import sys, importlib
        def attempt(name):
            try:
                return importlib.import_module(name).__name__
            except ImportError as error:
                return str(error)
        def main():
            real = [name for name, module in sys.modules.items() if name.startswith("multiprocessing")
                    and getattr(module, "__file__", None)]
            return [real, attempt("multiprocessing.popen_fork"), attempt("multiprocessing.conversation"),
                    attempt("checker.specs"), [entry for entry in sys.path if "checker" in entry]]
    """)
    real, known, ours, specs, path = judge.returned
    assert (real, path) == ([], [])
    assert known == "multiprocessing.popen_fork"
    assert ours == "No module named 'multiprocessing.conversation'"
    assert specs == "No module named 'checker.specs'"


def test_a_started_process_cannot_be_pickled(judged):
    judge = judged("""
        from multiprocessing import Process
        class Office:
            def __init__(self): self.clerks = []
            def run(self): pass
        def main():
            office = Office()
            for _ in range(2):
                office.clerks.append(Process(target=office.run))
                try:
                    office.clerks[-1].start()
                except TypeError as error:
                    return str(error)
    """)
    assert judge.returned == "cannot pickle 'weakref.ReferenceType' object"
