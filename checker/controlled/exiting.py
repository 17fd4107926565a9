"""What a process does at its end, in the order of CPython's `multiprocessing.util`. Runs in a worker process."""

from __future__ import annotations

import atexit
import contextlib
import sys
from typing import Any

from checker.controlled import lifetimes, process, uncaught
from checker.controlled.conversation import CONVERSATION, ask, post, refuse


class _State:
    """How far this process has come with its end, and the queues whose feeders are waited for there.

    `registered` and `done` are said of the exit function; `over`: the program's own code is, but for exit handlers.
    """

    registered = False
    done = False
    over = False
    feeders: dict[str, None] = {}  # noqa: RUF012 - one for the process, fresh for each task


def begin() -> None:
    """Forgets the last task."""
    _State.registered = False
    _State.done = False
    _State.over = False
    _State.feeders = {}


def demand_time_to_start() -> None:
    """Refuses to start a process from an exit handler: whether that works, and who waits for it, no Python promises."""
    if _State.over:
        refuse("uncontrolled", "starting a process from an exit handler (atexit) is not controlled")


def register() -> None:
    """Makes sure that `exit_function` runs at exit; CPython does so when it first imports `multiprocessing.util`."""
    if not _State.registered:
        _State.registered = True
        atexit.register(exit_function)


def expect_feeder(queue_id: str) -> None:
    """From now on the end of the process waits for this queue's feeder."""
    _State.feeders.setdefault(queue_id)


def forget_feeder(queue_id: str) -> bool:
    """The end of the process no longer waits for this queue's feeder; returns whether it would have."""
    return _State.feeders.pop(queue_id, False) is None


def exit_function() -> None:
    """Lets go of what was made, terminates daemonic children, joins all, then the feeders, the youngest first."""
    if _State.done:
        return
    _State.done = True
    lifetimes.let_go()
    if CONVERSATION.has_unpickled():
        ask("exiting")
    children = process.unfinished_children()
    for child in children:
        if child.daemon:
            child._popen.terminate()
    for child in children:
        child.join()
    for queue_id in reversed(_State.feeders):
        post("queue.join_thread", queue_id)
    _State.feeders = {}


def run_exit_functions() -> str | None:
    """Runs what is registered to run at exit; of a script, returns the traceback of the first that failed.

    The interpreter says so and ends with the exit code that it would have anyway. For a script, what it says with
    `assert` is all that is known of what must hold.
    """
    _State.over = True
    if not CONVERSATION.is_script:
        atexit._run_exitfuncs()
        return None
    failed: list[str] = []
    hook = sys.unraisablehook

    def noting(unraisable: Any) -> None:
        if unraisable.exc_value is not None and "atexit" in (unraisable.err_msg or ""):  # no finalizer's
            failed.append(uncaught.text_of(unraisable.exc_value))
        hook(unraisable)

    sys.unraisablehook = noting
    try:
        atexit._run_exitfuncs()
    finally:
        sys.unraisablehook = hook
    return failed[0] if failed else None


def flush_std_streams() -> None:
    """Flushes sys.stdout and sys.stderr, if they can be."""
    for name in ("stdout", "stderr"):
        with contextlib.suppress(AttributeError, ValueError):
            getattr(sys, name).flush()
