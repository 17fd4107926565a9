"""The process objects that nobody started: this process before it knows better, and its parent. Runs in a worker."""

from __future__ import annotations

import signal
from typing import Any

from checker.controlled.conversation import CONVERSATION, ask, refuse
from checker.controlled.process import BaseProcess
from checker.controlled.stdio import write_error


class AuthenticationString(bytes):
    """A key that is pickled only while a process is started."""

    def __reduce__(self) -> Any:
        from checker.controlled.context import get_spawning_popen

        if get_spawning_popen() is None:
            raise TypeError("Pickling an AuthenticationString object is disallowed for security reasons")
        return AuthenticationString, (bytes(self),)


class _ParentProcess(BaseProcess):
    """Represents the process that started this one."""

    def __init__(self, name: str, pid: int | None) -> None:
        self._identity = ()
        self._name = name
        self._pid = pid
        self._path = CONVERSATION.path.rpartition(".")[0]
        self._parent_pid = None
        self._popen = None
        self._closed = False
        self._config = {}

    def is_alive(self) -> bool:
        return ask("process.poll", self._path)[0] is None

    @property
    def ident(self) -> int | None:
        return self._pid

    def join(self, timeout: float | None = None) -> None:
        """Wait until parent process terminates"""
        from checker.controlled.synchronize import seconds

        ask("process.join", self._path, (seconds(timeout),))

    @property
    def sentinel(self) -> int:
        refuse("uncontrolled", "multiprocessing.parent_process().sentinel is not controlled yet")

    pid = ident


class _MainProcess(BaseProcess):
    """Represents this process until it knows better."""

    def __init__(self, name: str) -> None:
        self._identity = ()
        self._name = name
        self._parent_pid = None
        self._popen = None
        self._closed = False
        # CPython's is random; a fixed one keeps what is sent to a child the same in every schedule
        self._config = {"authkey": AuthenticationString(bytes(32)), "semprefix": "/mp"}

    def close(self) -> None:
        pass


def code_of(error: SystemExit) -> int:
    """The exit code that `sys.exit()` asked for; a text is written to stderr and means 1."""
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code & 0xFF
    write_error(str(error.code) + "\n")
    return 1


EXITCODE_TO_NAME = {
    -number: f"-{name}" for name, number in vars(signal).items() if name[:3] == "SIG" and "_" not in name
}
