"""The process that forks workers: imports what they need once, and holds nothing of the student's or the judge's.

    judge -> zygote    b"F" with one descriptor: fork a worker that talks on it      -> (pid, 0), or (-1, errno)
                       b"K" + pid: kill that worker and reap it                     -> (pid, exit code)
                       b"Q" or the end of the stream: kill and reap all, and exit

Both integers of an answer are 32-bit little-endian. Workers die with the zygote: it kills them when it ends in order,
the system does when it does not (Linux), and otherwise they notice that their parent has changed.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import struct
from typing import NoReturn

from checker.worker import loop

_REPLY = struct.Struct("<ii")
_PID = struct.Struct("<i")
_fork, _kill, _waitpid, _exit_now = os.fork, os.kill, os.waitpid, os._exit
_getpid = os.getpid


def main(fd: int) -> NoReturn:
    """Serves on the control socket `fd` until it ends."""
    control = socket.socket(fileno=fd)
    with contextlib.suppress(OSError):
        os.setsid()
    zygote_pid = _getpid()
    loop.become_worker()
    gc.collect()
    gc.freeze()
    workers: set[int] = set()
    try:
        while True:
            command, fds, _, _ = socket.recv_fds(control, 1, 1)
            if command == b"F" and fds:
                pid, error = _forked(control, fds[0], zygote_pid)
                if pid > 0:
                    workers.add(pid)
                control.sendall(_REPLY.pack(pid, error))
            elif command == b"K":
                (pid,) = _PID.unpack(control.recv(_PID.size, socket.MSG_WAITALL))
                control.sendall(_REPLY.pack(pid, _ended(pid) if pid in workers else 0))
                workers.discard(pid)
            else:
                break
    except OSError:
        pass  # the judge is gone
    for pid in workers:
        _ended(pid)
    _exit_now(0)


def _forked(control: socket.socket, fd: int, zygote_pid: int) -> tuple[int, int]:
    try:
        pid = _fork()
    except OSError as error:
        os.close(fd)
        return -1, error.errno or 0
    if pid == 0:
        status = 1
        try:
            control.close()
            loop.serve(fd, parent_pid=zygote_pid)
        except BaseException:
            loop.report_own_bug()
        finally:
            _exit_now(status)
    os.close(fd)
    return pid, 0


def _ended(pid: int) -> int:
    """Kills and reaps a worker; returns its exit code, negative for a signal."""
    with contextlib.suppress(ProcessLookupError):
        _kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(_waitpid(pid, 0)[1])
