"""What ties a worker to others: the conversation with the judge, and the zygote, with which it dies. Runs in a worker.

A forked child comes by both anew, while it still has what its parent had.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import sys
import traceback

from checker.wire import Channel

CONVERSATION_FD = 200  # out of the way: what the program opens gets the numbers it would get elsewhere
DEBUG_FD = CONVERSATION_FD + 1
_PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None  # made here, not in each worker
_exit_now, _getppid, _dup2, _close, _write = os._exit, os.getppid, os.dup2, os.close, os.write


def die_with(parent_pid: int) -> None:
    """From now on the system ends this process with its parent, which is `parent_pid` if it is not gone already."""
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if _getppid() != parent_pid:
        _exit_now(1)


def channel_on(fd: int) -> Channel:
    """The conversation on the socket `fd`, moved to its place; what was there before is closed."""
    _dup2(fd, CONVERSATION_FD, inheritable=False)
    _close(fd)
    return Channel(_adopted(CONVERSATION_FD))


def report_own_bug() -> None:
    """Says on the zygote's own stderr what went wrong in the checker."""
    with contextlib.suppress(OSError):
        _write(DEBUG_FD, traceback.format_exc().encode())


def _adopted(fd: int) -> socket.socket:
    """A socket object for `fd`; the ordinary constructor is refused to programs."""
    sock = socket.socket.__new__(socket.socket)
    super(socket.socket, sock).__init__(fileno=fd)
    sock._io_refs = 0  # type: ignore[attr-defined]
    sock._closed = False  # type: ignore[attr-defined]
    return sock
