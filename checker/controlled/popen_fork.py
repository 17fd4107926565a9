"""A child made by forking this process, as its parent holds it. Runs in a worker process.

    Process.start() -> "process.start" -> judge     grants it, and sends the child's end of a new conversation along
        | os.fork, twice: who is in between ends at once, so that the zygote inherits the child, to kill and reap it
        |-> ["forked", process id] -> judge
        `-> the child waits for its task, and goes on from there in `Process._bootstrap`, on its parent's stack

The child has all that its parent had: globals, closures, buffers, shared objects by the same names.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from checker.controlled import at_fork, lifetimes, popen
from checker.controlled.conversation import CONVERSATION, ask, refuse
from checker.controlled.reliance import rely
from checker.controlled.silence import halt
from checker.vocabulary import FORKED
from checker.wire import virtual_pid

_fork: Any = getattr(os, "fork", None)
_waitpid: Any = getattr(os, "waitpid", None)
_exit_now, _close, _pipe, _read, _write = os._exit, os.close, os.pipe, os.read, os.write


class _State:
    """What a forked child does: set by the task that runs, since it is the worker's business."""

    become: Callable[[int, Any], NoReturn]
    has_files: Callable[[], bool]


def begin(become: Callable[[int, Any], NoReturn], has_files: Callable[[], bool]) -> None:
    """Prepares for forks.

    Args:
        become: what a forked child does, with the descriptor of its conversation and its Process object.
        has_files: whether the program has anything open, which a child would share.
    """
    _State.become = become
    _State.has_files = has_files


class Popen(popen.Popen):
    """The handle of one forked child."""

    def _launch(self, process_obj: Any) -> None:
        if sys.platform != "linux":
            refuse("uncontrolled", "a process started by fork is not controlled on this system")
        if popen.was_spawned():
            refuse("uncontrolled", "fork in a process that was itself spawned is not controlled yet")
        at_fork.run_before()
        if _State.has_files():
            rely("files")
        channel = CONVERSATION.channel
        channel.descriptors = []
        ask("process.start", self.path, (str(process_obj._name), bool(process_obj.daemon)), FORKED)
        (descriptor,), channel.descriptors = channel.descriptors, None
        try:
            pid = _forked()
        except OSError as error:
            channel.send(["forked", -(error.errno or 1)])
            halt(CONVERSATION.channel)
        if pid == 0:
            _State.become(descriptor, process_obj)
        _close(descriptor)
        channel.send(["forked", pid])
        lifetimes.lent_all(self)
        self.pid = virtual_pid(self.path)
        at_fork.run_in_parent()


def _forked() -> int:
    """Forks a child whose parent is the zygote; returns 0 in the child, its process id here.

    Raises:
        OSError: the system has no process to give.
    """
    ours, theirs = _pipe()
    try:
        between = _fork()
        if between:
            _waitpid(between, 0)
            pid = int(_read(ours, 20))
        else:
            pid = _forked_in_between()
            if pid:
                _write(theirs, b"%d" % pid)
                _exit_now(0)
    finally:
        _close(ours)
        _close(theirs)
    if pid < 0:
        raise OSError(-pid, os.strerror(-pid))
    return pid


def _forked_in_between() -> int:
    try:
        return int(_fork())
    except OSError as error:
        return -(error.errno or 1)
