"""Process ids, signals and exits as the student's code sees them: virtual. Runs in a worker process.

`os.urandom`, and with it `random.SystemRandom`, `secrets` and `uuid4`, stays real, and so does what seeds a generator
from it: what it gives differs each time, and a program that asks for it is never proved.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import uuid
from collections.abc import Callable
from typing import Any, NoReturn

from checker.controlled import popen, process, stdio
from checker.controlled.conversation import CONVERSATION, SPOILED, ask, refuse
from checker.controlled.reliance import rely
from checker.controlled.silence import halt

_real_write, _real_close, _real_closerange = os.write, os.close, os.closerange
_real_urandom = os.urandom
_real_getrandom: Any = getattr(os, "getrandom", None)
_real_seed, _real_uuid1, _real_uuid6 = random.Random.seed, uuid.uuid1, getattr(uuid, "uuid6", None)
_SIGABRT = 6
_PID_MAX = 1 << 22  # real process ids are smaller, virtual ones larger


class _Ids:
    """The virtual ids of this process and its parent, and what it has said about signals."""

    pid = 0
    parent_pid = 0
    dispositions: dict[int, Any] = {}  # noqa: RUF012 - one for the process, fresh for each task


def begin(pid: int, parent_pid: int) -> None:
    """Makes this the process `pid`, a child of `parent_pid`."""
    _Ids.pid = pid
    _Ids.parent_pid = parent_pid
    _Ids.dispositions = {}


def begin_forked(pid: int, parent_pid: int) -> None:
    """Makes this the process `pid`, forked from `parent_pid`: what that has said about signals holds here too."""
    _Ids.pid = pid
    _Ids.parent_pid = parent_pid


def getpid() -> int:
    """Return the current process id."""
    return _Ids.pid


def first_parent() -> int:
    """The id of the process that started this one, whether it has ended or not."""
    return _Ids.parent_pid


def getppid() -> int:
    """Return the parent's process id."""
    if popen.is_served():
        refuse("uncontrolled", "os.getppid in a process that a fork server starts is not controlled")
    parent = CONVERSATION.path.rpartition(".")[0]
    if not parent or CONVERSATION.is_silent or ask("process.poll", parent)[0] is None:
        return _Ids.parent_pid
    return _INIT_PID


_INIT_PID = 1
"""Who becomes the parent of those whose own has ended."""


_UNCONTROLLED_SIGNALS = frozenset(
    int(getattr(signal, name))
    for name in ("SIGINT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU")
    if hasattr(signal, name)
)
"""Signals that do something other than killing, ignoring or nothing."""


def kill(pid: int, signal: int, /) -> None:
    """Kill a process with a signal."""
    path = popen.known_pids().get(pid)
    if path is None:
        if 0 < pid <= _PID_MAX or pid in (child.pid for child in process.started_children()):  # those have ended
            raise ProcessLookupError(3, "No such process")
        refuse("uncontrolled", "os.kill of a process that is not this one, its parent or its child is not controlled")
    if signal in _UNCONTROLLED_SIGNALS:
        refuse("uncontrolled", f"sending signal {int(signal)} to a process is not controlled yet")
    ask("process.signal", path, (int(signal),))


def raise_signal(signalnum: int, /) -> None:
    """Send a signal to the executing process."""
    kill(_Ids.pid, signalnum)


def exit_now(status: int) -> NoReturn:
    """Exit to the system with specified status, without normal exit processing."""
    # A script has nothing to return, however it ends; a lab's `main` has.
    CONVERSATION.part("exit", [int(status) & 0xFF, None, CONVERSATION.is_script, None], data=SPOILED)


def abort() -> NoReturn:
    """Abort the interpreter immediately."""
    kill(_Ids.pid, _SIGABRT)
    halt(CONVERSATION.channel)


def write(fd: int, data: Any, /) -> int:
    """Write a bytes object to a file descriptor."""
    return stdio.write_to_descriptor(fd, data) if fd in (1, 2) else _real_write(fd, data)


def close(fd: int) -> None:
    """Close a file descriptor."""
    if CONVERSATION.is_script and not CONVERSATION.is_silent and fd == CONVERSATION.channel.socket.fileno():
        refuse("uncontrolled", f"os.close({fd}) is not controlled: the program has not opened that descriptor")
    _real_close(fd)


def closerange(fd_low: int, fd_high: int, /) -> None:
    """Closes all file descriptors in [fd_low, fd_high), ignoring errors."""
    if not CONVERSATION.is_silent and fd_low <= CONVERSATION.channel.socket.fileno() < fd_high:
        refuse("uncontrolled", "os.closerange is not controlled: not all of these descriptors are the program's")
    _real_closerange(fd_low, fd_high)


def urandom(size: int, /) -> bytes:
    """Return a bytes object containing random bytes suitable for cryptographic use."""
    rely("entropy")
    return _real_urandom(size)


def getrandom(size: int, flags: int = 0) -> bytes:
    """Obtain a series of random bytes."""
    rely("entropy")
    return _real_getrandom(size, flags)  # type: ignore[no-any-return]


def _seed_method(self: random.Random, a: Any = None, version: int = 2) -> None:
    """Initialize internal state from a seed."""
    if a is None:
        rely("entropy")
    _real_seed(self, a, version)


def _seed(a: Any = None, version: int = 2) -> None:
    """Initialize internal state from a seed."""
    _seed_method(random._inst, a, version)


def _uuid1(node: int | None = None, clock_seq: int | None = None) -> uuid.UUID:
    """Generate a UUID from a host ID, sequence number, and the current time."""
    rely("entropy")
    return _real_uuid1(node, clock_seq)


def _uuid6(node: int | None = None, clock_seq: int | None = None) -> uuid.UUID:
    """Similar to uuid1() but where fields are ordered differently for improved DB locality."""
    rely("entropy")
    return _real_uuid6(node, clock_seq)  # type: ignore[misc, no-any-return]


def set_handler(signalnum: int, handler: Any, /) -> Any:
    """Set the action for the given signal. Handlers written in Python are not controlled, but for SIGINT's."""
    number = int(signalnum)
    if not 1 <= number < signal.NSIG:
        raise ValueError("signal number out of range")
    if number in (getattr(signal, "SIGKILL", None), getattr(signal, "SIGSTOP", None)):
        raise OSError(22, "Invalid argument")
    if not callable(handler) and handler not in (signal.SIG_DFL, signal.SIG_IGN):
        raise TypeError("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object")
    if number == getattr(signal, "SIGCHLD", None) and handler == signal.SIG_IGN:
        refuse("uncontrolled", "ignoring SIGCHLD is not controlled: the exit codes of children are lost then")
    before = get_handler(number)
    if handler in (signal.SIG_IGN, signal.SIG_DFL):
        ask("signal.disposition", None, (number, "ignore" if handler == signal.SIG_IGN else "default"))
    elif number != signal.SIGINT:
        name = signal.Signals(number).name
        refuse("uncontrolled", f"a Python handler for {name} is not controlled yet")
    _Ids.dispositions[number] = handler
    return before


def get_handler(signalnum: int, /) -> Any:
    """Return the current action for the given signal."""
    number = int(signalnum)
    default = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
    if number == getattr(signal, "SIGPIPE", None):
        default = signal.SIG_IGN
    return _Ids.dispositions.get(number, default)


def _carried() -> list[Any]:
    """What this process has said about signals, in words that can be compared."""
    return [part for number, said in _Ids.dispositions.items() for part in (number, _word(said))]


def _word(said: Any) -> Any:
    return int(said) if isinstance(said, int) else said


CONVERSATION.places.carry(_carried)


def ignored_signals() -> list[int]:
    """The signals that this process ignores, as a new process inherits it."""
    return [number for number, handler in _Ids.dispositions.items() if handler == signal.SIG_IGN]


def _refused(name: str) -> Callable[..., NoReturn]:
    def function(*args: object, **kwargs: object) -> NoReturn:
        refuse("uncontrolled", f"{name} is not controlled")

    function.__name__ = function.__qualname__ = name.rpartition(".")[2]
    return function


_REFUSED_SIGNAL = (
    "alarm setitimer getitimer pause sigwait sigwaitinfo sigtimedwait pthread_kill pthread_sigmask "
    "set_wakeup_fd siginterrupt pidfd_send_signal"
)
_REFUSED_OS = (
    "fork forkpty system popen posix_spawn posix_spawnp execl execle execlp execlpe execv execve execvp execvpe "
    "spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe startfile killpg wait wait3 wait4 waitid waitpid "
    "setsid setpgid setpgrp pidfd_open pipe pipe2 eventfd memfd_create getpgid getsid getpriority setpriority"
    " lockf"
)

PATCHES: list[tuple[Any, str, Any]] = [
    (os, "getpid", getpid),
    (os, "getppid", getppid),
    (threading, "get_native_id", getpid),  # of the only thread
    (os, "kill", kill),
    (os, "_exit", exit_now),
    (os, "abort", abort),
    (os, "write", write),
    (os, "close", close),
    (os, "closerange", closerange),
    (os, "urandom", urandom),
    (os, "getrandom", getrandom),
    (random, "_urandom", urandom),
    (random, "seed", _seed),
    (random.Random, "seed", _seed_method),
    (uuid, "uuid1", _uuid1),
    (uuid, "uuid6", _uuid6),
    (signal, "signal", set_handler),
    (signal, "getsignal", get_handler),
    (signal, "raise_signal", raise_signal),
    *((os, name, _refused(f"os.{name}")) for name in _REFUSED_OS.split()),
    *((signal, name, _refused(f"signal.{name}")) for name in _REFUSED_SIGNAL.split()),
]
