"""The process that forks workers: imports what they need once, and holds nothing of the student's or the judge's.

    judge -> zygote    b"F" with one descriptor: fork a worker that talks on it      -> (pid, 0), or (-1, errno)
                       b"K" + pid: kill that worker and reap it                     -> (pid, exit code)
                       b"W" + pid: the same, but let it end by itself if it is about to
                       b"E" + pid: the same as "K", without an answer
                       b"A" + pid: a worker has forked it; it is a worker from now on       -> (pid, 0), or (-1, 0)
                       b"Q" or the end of the stream: kill and reap all, and exit

Both integers of an answer are 32-bit little-endian. Workers die with the zygote: it kills them when it ends in order,
the system does when it does not (Linux), and otherwise they notice that their parent has changed. What a worker has
started past the checker (by calling the system itself) falls to the zygote where the system lets it, and dies with it.
So does a child that a worker has forked for the program (see `controlled.popen_fork`).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import struct
import sys
from time import monotonic, sleep
from typing import Any, NoReturn

from checker.worker import loop, scrub, ties

_REPLY = struct.Struct("<ii")
_PID = struct.Struct("<i")
_fork, _kill, _waitpid, _exit_now = os.fork, os.kill, os.waitpid, os._exit
_getpid, _open, _listdir = os.getpid, open, os.listdir
_get_cores, _set_cores = getattr(os, "sched_getaffinity", None), getattr(os, "sched_setaffinity", None)
_waitid: Any = getattr(os, "waitid", None)
_PR_SET_CHILD_SUBREAPER = 36
_WAIT_S = 2.0  # for a worker that has hung up: its last moments take longer on a busy machine
_CLEAR_S = 2.0


def main(fd: int) -> NoReturn:
    """Serves on the control socket `fd` until it ends."""
    control = socket.socket(fileno=fd)
    with contextlib.suppress(OSError):
        os.setsid()
    zygote_pid = _getpid()
    baseline = loop.become_worker()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    workers: set[int] = set()
    try:
        while True:
            command, fds, _, _ = socket.recv_fds(control, 1, 1)
            if command == b"F" and fds:
                pid, error = _forked(control, fds[0], baseline, zygote_pid)
                if pid > 0:
                    workers.add(pid)
                control.sendall(_REPLY.pack(pid, error))
            elif command == b"E":
                (pid,) = _PID.unpack(control.recv(_PID.size, socket.MSG_WAITALL))
                if pid in workers:
                    workers.remove(pid)
                    _ended(pid)
            elif command == b"A":
                (pid,) = _PID.unpack(control.recv(_PID.size, socket.MSG_WAITALL))
                is_mine = pid not in workers and _is_child(pid)
                workers.update([pid] if is_mine else [])
                control.sendall(_REPLY.pack(pid if is_mine else -1, 0))
            elif command in (b"K", b"W"):
                (pid,) = _PID.unpack(control.recv(_PID.size, socket.MSG_WAITALL))
                wait_s = _WAIT_S if command == b"W" else 0.0
                control.sendall(_REPLY.pack(pid, _ended(pid, wait_s) if pid in workers else 0))
                workers.discard(pid)
            else:
                break
    except OSError:
        pass  # the judge is gone
    for pid in workers:
        _ended(pid)
    _end_strays()
    _exit_now(0)


def _forked(control: socket.socket, fd: int, baseline: scrub.Baseline, zygote_pid: int) -> tuple[int, int]:
    try:
        pid = _fork()
    except OSError as error:
        os.close(fd)
        return -1, error.errno or 0
    if pid == 0:
        status = 1
        try:
            control.close()
            loop.serve(fd, baseline, parent_pid=zygote_pid)
        except BaseException:
            ties.report_own_bug()
        finally:
            _exit_now(status)
    os.close(fd)
    return pid, 0


def _is_child(pid: int) -> bool:
    """Whether this is a process that has fallen to us; a worker may say any number."""
    try:
        _waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except OSError:
        return False
    return pid > 0


def _ended(pid: int, wait_s: float = 0.0) -> int:
    """Kills and reaps a worker that does not end by itself in time; returns its exit code, negative for a signal."""
    until = monotonic() + wait_s
    while wait_s and monotonic() < until:
        ended, status = _waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        sleep(0.002)
    with contextlib.suppress(ProcessLookupError):
        if _get_cores is not None and _set_cores is not None:
            # To die takes time, too: not on the core that the others work on.
            _set_cores(pid, _get_cores(0))
        _kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(_waitpid(pid, 0)[1])


def _end_strays() -> None:
    """Kills and reaps the children that are left, and theirs, which become ours as soon as their parent is gone."""
    until = monotonic() + _CLEAR_S
    while monotonic() < until:
        for pid in _children():
            with contextlib.suppress(OSError):
                _kill(pid, signal.SIGKILL)
        try:
            if not _waitpid(-1, os.WNOHANG)[0]:
                sleep(0.002)
        except OSError:
            return  # no child is left


def _children() -> list[int]:
    own, found = _getpid(), []
    with contextlib.suppress(OSError):
        for name in _listdir("/proc"):
            if name.isdecimal():
                with contextlib.suppress(OSError, ValueError), _open(f"/proc/{name}/stat", "rb") as stat:
                    if int(stat.read().rpartition(b")")[2].split()[1]) == own:
                        found.append(int(name))
    return found
