"""How processes end: exit codes, tracebacks, what is waited for, and how others see it."""

from __future__ import annotations

import sys

import pytest

FAILING = """
    import sys, os
    from multiprocessing import Process

    def ends(how):
        if how == "raise":
            raise KeyError("bad")
        if how == "text":
            sys.exit("a text")
        if how == "hard":
            os._exit(7)
        if how == "abort":
            os.abort()
        if how == "interrupt":
            raise KeyboardInterrupt
        sys.exit(how)

    def main(how):
        p = Process(target=ends, args=(how,), name="child")
        p.start()
        p.join()
        return p.exitcode
"""


@pytest.mark.parametrize(
    ("how", "code", "said"),
    [(0, 0, ""), (3, 3, ""), (300, 44, ""), (-1, 255, ""), (None, 0, ""), ("text", 1, "a text\n"), ("hard", 7, "")],
)
def test_exit_codes(judged, how, code, said):
    judge = judged(FAILING, how)
    assert judge.returned == code
    assert judge.text["stderr"] == said


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("del sys.stdout", 0),
        ("sys.stdout = None", 0),
        ("sys.stderr = None; raise ValueError", 1),
        ("del sys.stderr; raise ValueError", 1),
        ("sys.stdout = Bad()", 120),
    ],
)
def test_a_process_without_its_streams_ends_as_it_would(judged, body, code):
    judge = judged(f"""
        import sys
        from multiprocessing import Process
        class Bad:
            def flush(self):
                raise RuntimeError("full")
        def child():
            {body}
        def main():
            p = Process(target=child)
            p.start()
            p.join()
            return p.exitcode
    """)
    assert judge.returned == code


def test_the_terminal_takes_so_much_at_once_and_the_rest_of_main_comes_before_its_end(judged):
    judge = judged("""
        import os, sys
        from multiprocessing import Process
        def child():
            sys.stdout.buffer.write(b"x" * 3000)
            os._exit(0)
        def main():
            p = Process(target=child)
            p.start()
            print("rest", sys.stdout.isatty(), end="")
    """)
    said = [(path, args[0]) for path, kind, _, args, *_ in judge.requests if kind == "stdout.write"]
    assert ("main.1", "x" * 3000) in said
    kinds = [kind for path, kind, *_ in judge.requests if path == "main"]
    assert kinds.index("stdout.write") < kinds.index("process.join")
    assert ("main", "rest True") in said


def test_abort_is_a_signal(judged):
    assert judged(FAILING, "abort").returned == -6


@pytest.mark.parametrize(("how", "last"), [("raise", "KeyError: 'bad'"), ("interrupt", "KeyboardInterrupt")])
def test_an_uncaught_exception_is_told_as_cpython_does_without_our_frames(judged, how, last):
    judge = judged(FAILING, how)
    code, text, _, _ = judge.ended["main.1"]
    assert code == judge.returned == 1
    lines = text.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1].endswith("program0.py\", line 7, in ends") or how == "interrupt"
    assert lines[-1] == last
    assert "checker" not in text
    assert judge.text["stderr"] == f"Process child:\n{text}"


def test_main_ends_with_its_exception(judged):
    judge = judged("""
        from multiprocessing import Lock
        def main():
            try:
                Lock().release()
            finally:
                print("over")
    """, lock__release=lambda *_: (["raise", "ValueError", "too often"], b""))
    code, text, has_result, _ = judge.ended["main"]
    assert (code, has_result, len(judge.idle)) == (1, False, 1)
    assert text.splitlines()[-1] == "ValueError: too often"
    assert "checker" not in text
    assert judge.text == {"stdout": "over\n", "stderr": text}


def test_the_end_terminates_daemons_joins_children_then_feeders_the_youngest_first(judged):
    judge = judged("""
        import atexit
        from multiprocessing import Process, Queue
        def work(): pass
        def main():
            first, second, third = Queue(), Queue(), Queue()
            atexit.register(print, "registered before processes, run after")
            for q in (first, second, third):
                q.put(1)
            third.cancel_join_thread()
            Process(target=work, daemon=True).start()
            Process(target=work).start()
            joined = Process(target=work)
            joined.start()
            joined.join()
            atexit.register(print, "handler")
    """)
    asked = [(kind, obj) for path, kind, obj, *_ in judge.requests if path == "main"]
    assert asked[asked.index(("process.join", "main.3")) + 1 :] == [
        ("lock.unlink", None),  # main has returned: its queues are gone
        ("stdout.write", None),
        *([("stdout.write", None)]),
        ("process.signal", "main.1"),
        ("process.join", "main.1"),
        ("process.join", "main.2"),
        ("queue.join_thread", "main/queue.2"),
        ("queue.join_thread", "main/queue.1"),
        ("exit", None),
    ]
    assert judge.ended["main.1"] == [-15]


def test_in_a_child_the_traceback_comes_where_this_python_prints_it(judged):
    judge = judged("""
        from multiprocessing import Process
        def work(): pass
        def fails():
            Process(target=work).start()
            raise ValueError
        def main():
            p = Process(target=fails)
            p.start()
            p.join()
    """)
    kinds = [kind for path, kind, *_ in judge.requests if path == "main.1"]
    told, joined = ("stderr.write", "process.join")
    order = [joined, told] if sys.version_info < (3, 13) else [told, joined]
    assert kinds == ["process.start", *order, "exit"]


def test_without_the_guard_the_child_fails_as_under_spawn(judged):
    judge = judged("""
        from multiprocessing import Process
        def work(): print("never")
        def main(): return p.exitcode
        p = Process(target=work)
        p.start()
        p.join()
    """)
    assert judge.returned == 1
    assert "before the\n        current process has finished its bootstrapping phase" in judge.ended["main.1"][1]
    assert judge.text["stdout"] == ""


def test_daemons_have_no_children_and_children_know_their_parents(judged):
    judge = judged("""
        import os, sys
        from multiprocessing import Process, current_process, parent_process, active_children, Queue
        def inner(q, log): log.put([current_process().name, os.getppid(), parent_process().name])
        def outer(q, log):
            log.put([current_process().name, os.getpid(), os.getppid(),
                     parent_process().pid, parent_process().is_alive()])
            try:
                Process(target=inner, args=(q, log)).start()
            except AssertionError as error:
                log.put([str(error)])
            log.put([repr(q) == repr(q), sys.argv, __name__, current_process().daemon])
        def main(daemon):
            log = Queue()
            p = Process(target=outer, args=(Queue(), log), daemon=daemon)
            p.start(); p.join()
            return [os.getpid(), p.pid, [log.get() for _ in range(3)], repr(p)]
    """, True)
    main_pid, child_pid, (seen, refused, rest), shown = judge.returned
    assert main_pid > 1 << 22
    assert seen == ["Process-1", child_pid, main_pid, main_pid, True]
    assert refused == ["daemonic processes are not allowed to have children"]
    assert rest == [True, [str(judge.file)], "__mp_main__", True]
    assert shown == f"<Process name='Process-1' pid={child_pid} parent={main_pid} stopped exitcode=0 daemon>"


def test_grandchildren_are_named_by_their_path(judged):
    judge = judged("""
        from multiprocessing import Process, current_process, Lock
        def inner(): Lock()
        def outer():
            p = Process(target=inner); p.start(); p.join(); print(p.name)
        def main():
            for _ in range(2):
                p = Process(target=outer); p.start(); p.join()
    """)
    assert judge.text["stdout"] == "Process-1:1\nProcess-2:1\n"
    assert set(judge.ended) == {"main", "main.1", "main.1.1", "main.2", "main.2.1"}


def test_a_child_inherits_folder_environment_and_arguments(judged, tmp_path):
    judge = judged("""
        import os, sys, signal
        from multiprocessing import Process
        def work():
            ignored = signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
            print(os.getcwd(), os.environ["STORY"], sys.argv, ignored)
        def main():
            os.mkdir("inner"); os.chdir("inner"); os.environ["STORY"] = "told"; sys.argv.append("more")
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            p = Process(target=work); p.start(); p.join()
    """)
    assert judge.text["stdout"] == f"{tmp_path}/inner told ['{judge.file}', 'more'] True\n"


def test_signals_go_to_processes_that_are_known(judged):
    judge = judged("""
        import os, signal
        from multiprocessing import Process
        def work(): pass
        def main():
            p = Process(target=work); p.start()
            os.kill(p.pid, signal.SIGTERM)
            try:
                os.kill(1234567, signal.SIGTERM)
            except ProcessLookupError as error:
                return [p.exitcode, str(error)]
    """)
    assert judge.returned == [-15, "[Errno 3] No such process"]
    assert ("main", "process.signal", "main.1", [15], 7, b"") in judge.requests
