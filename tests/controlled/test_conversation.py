"""What a program asks the judge for: one question for each operation, with the student's line and what is new."""

from __future__ import annotations

import pickle
import sys

UNLINKED = ["main/rlock.1", "main/lock.1"]
if sys.version_info >= (3, 14):  # which lets go of a frame's variables from the last to the first
    UNLINKED.reverse()

COUNTER = """
    from multiprocessing import Process, Value, Lock

    def add(count, lock):
        with lock:
            count.value += 1

    def main(n):
        count, lock = Value("i", 5), Lock()
        children = [Process(target=add, args=(count, lock)) for _ in range(n)]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return count.value
"""


def test_a_program_with_processes_runs_and_each_operation_has_its_line(judged):
    judge = judged(COUNTER, 2)
    assert judge.returned == 7
    assert [(path, kind, obj, args, line) for path, kind, obj, args, line, _ in judge.requests if path != "main.2"] == [
        ("main", "process.start", "main.1", ["Process-1", False], 12),
        ("main", "process.start", "main.2", ["Process-2", False], 12),
        ("main", "process.join", "main.1", [None], 14),
        ("main.1", "lock.open", None, ["main/rlock.1 main/lock.1"], None),
        ("main.1", "lock.acquire", "main/lock.1", [True, None], 5),
        ("main.1", "memory.read", "main/memory.1", [0], 6),
        ("main.1", "memory.write", "main/memory.1", [0, 6], 6),
        ("main.1", "lock.release", "main/lock.1", [], 5),
        ("main.1", "exit", None, [0, None, False, None], None),
        ("main", "process.join", "main.2", [None], 14),
        ("main", "memory.read", "main/memory.1", [0], 15),
        ("main", "lock.unlink", None, [" ".join(UNLINKED)], None),
        ("main", "exit", None, [0, None, True, 7], None),
    ]
    assert judge.created == {
        "main/rlock.1": ["rlock"],
        "main/memory.1": ["memory", 1, 5, "main/rlock.1"],
        "main/lock.1": ["lock"],
    }


def test_what_the_judge_raises_is_raised_where_the_program_asked(judged):
    text = """
        from multiprocessing import Lock
        def main():
            try:
                Lock().release()
            except (ValueError, AssertionError, OSError) as error:
                return [type(error).__name__, str(error), getattr(error, "errno", None)]
    """
    for kind, said, seen in [
        ("ValueError", "released too many times", ["ValueError", "released too many times", None]),
        ("AssertionError", "not owned", ["AssertionError", "not owned", None]),
        ("ProcessLookupError", "[Errno 3] No such process", ["ProcessLookupError", "[Errno 3] No such process", 3]),
    ]:
        reply = (["raise", kind, said], b"")
        assert judged(text, lock__release=lambda *_, reply=reply: reply).returned == seen


def test_what_cannot_change_is_pickled_at_the_put_and_the_rest_when_the_judge_asks(judged):
    judge = judged("""
        from multiprocessing import Queue
        from collections import namedtuple
        def main():
            q, data = Queue(), [1]
            q.put((1, ("a", frozenset({2.5})), None, b"", True, 1j))
            q.put(data)
            q.put((data,))
            q.put(lambda: 1)
            return [repr(q.get()), q.get(), q.get()]
    """)
    puts = [(request[3][2], request[5] != b"") for request in judge.requests if request[1] == "queue.put"]
    assert puts == [(True, True), (False, False), (False, False), (False, False)]
    assert judge.returned == ["(1, ('a', frozenset({2.5})), None, b'', True, 1j)", [1], [[1]]]
    assert "Can't pickle" in judge.text["stderr"] or "Can't get local" in judge.text["stderr"]
    assert judge.kinds()[-2:] == ["queue.join_thread", "exit"]


def test_a_put_that_fails_is_not_counted(judged):
    full = iter([(["raise", "Full", ""], b"")])

    def put(path, kind, obj, args, data, channel):
        reply = next(full, None)
        return reply or judge_answer(channel, obj)

    def judge_answer(channel, obj):
        channel.send(["pickle", obj, 0])
        message, data = channel.receive()
        assert (message, pickle.loads(data)) == (["pickled", False], [2])
        return ["ok", None], b""

    text = """
        import queue
        from multiprocessing import Queue
        def main():
            q = Queue(1)
            try:
                q.put_nowait([1])
            except queue.Full:
                q.put([2])
                return "full"
    """
    assert judged(text, queue__put=put).returned == "full"


def test_operations_while_the_feeder_pickles_are_refused(judged):
    refused = []
    text = """
        from multiprocessing import Queue
        class Loud:
            def __reduce__(self):
                print("pickling", flush=True)
                return int, ()
        def main():
            Queue().put(Loud())
    """

    def put(path, kind, obj, args, data, channel):
        channel.send(["pickle", obj, 0])
        refused.append(channel.receive()[0])

    judged(text, queue__put=put)
    assert refused[0][0] == "refuse"
    assert refused[0][2][0] == "uncontrolled"
    assert "stdout.write while an object in a Queue is pickled" in refused[0][2][1]


def test_a_chunk_is_what_a_terminal_would_see(judged):
    judge = judged("""
        import os, sys
        def main():
            print("a", "b")
            print("no end", end="")
            print(" of line"); sys.stdout.write("x\\ny")
            sys.stdout.flush()
            sys.stdout.flush()
            os.write(1, b"raw\\n")
            print("e", file=sys.stderr)
            sys.stdout.buffer.write("\\u20ac".encode())
            print("last", end="")
    """)
    written = [args[0] for _, kind, _, args, _, _ in judge.requests if kind == "stdout.write"]
    # the text after the last newline goes out with it, as CPython's line buffering does
    assert written == ["a b\n", "no end of line\n", "x\ny", "raw\n", "\u20aclast"]
    assert judge.text["stderr"] == "e\n"
    assert judge.lines("stdout.write")[:2] == [4, 6]


def test_time_is_virtual(judged):
    judge = judged("""
        import time
        from time import sleep, perf_counter as now
        def attempt(call):
            try:
                return call()
            except Exception as error:
                return f"{type(error).__name__}: {error}"
        def main():
            begin, mono, ns = time.time(), now(), time.monotonic_ns()
            sleep(2.5)
            time.sleep(1)
            return [time.time() - begin, now() - mono, time.monotonic_ns() - ns, time.process_time(),
                    time.strftime("%Y"), attempt(lambda: sleep(-1)), attempt(lambda: sleep("x")), attempt(sleep)]
    """)
    assert judge.returned[:5] == [3.5, 3.5, 3_500_000_000, 1e-6, "2020"]
    assert judge.returned[5] == "ValueError: sleep length must be non-negative"
    assert judge.returned[6].startswith("TypeError: 'str' object")


def test_a_lock_that_the_judge_cannot_take_in_one_step_is_taken_by_operations(judged):
    judge = judged("""
        from multiprocessing import Array, Semaphore, RawValue
        from multiprocessing.sharedctypes import synchronized
        def main():
            a = Array("i", 3, lock=Semaphore())
            a[0] += 1
            synchronized(RawValue("i", 4)).value
            return a[:]
    """)
    assert judge.returned == [1, 0, 0]
    round_one = ["lock.acquire", "memory.read", "lock.release"]
    assert judge.kinds()[:6] == [*round_one, "lock.acquire", "memory.write", "lock.release"]
    assert judge.kinds()[6:9] == round_one


def test_a_library_looks_at_the_clock_for_itself(judged):
    judge = judged("""
        import logging, time
        def main():
            logging.warning("here")
            seen = [time.time(), time.time_ns(), time.monotonic()]
            return time.strftime("%Y") and len(seen)
    """)
    assert judge.kinds().count("clock") == 4
    assert set(judge.kinds()[: judge.kinds().index("clock")]) == {"clock.apart", "stderr.write"}
