"""The Process class and what is known of the current process, as in CPython. Runs in a worker process."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from checker.controlled import stdio, uncaught
from checker.controlled.conversation import CONVERSATION, refuse

__all__ = ["BaseProcess", "active_children", "current_process", "parent_process"]


def current_process() -> Any:
    """Return process object representing the current process"""
    return _current_process


def active_children() -> list[Any]:
    """Return list of process objects corresponding to live child processes"""
    for child in list(_children):
        if child._popen is not None and child._popen.poll() is not None:
            _children.pop(child, None)
    return list(_children)


def parent_process() -> Any:
    """Return process object representing the parent process"""
    return _parent_process


class BaseProcess:
    """Process objects represent activity that is run in a separate process

    The class is analogous to `threading.Thread`
    """

    _start_method: str | None = None

    def _Popen(self, process_obj: Any = None) -> Any:
        raise NotImplementedError

    def __init__(
        self,
        group: None = None,
        target: Callable[..., object] | None = None,
        name: str | None = None,
        args: Iterable[Any] = (),
        kwargs: Mapping[str, Any] = {},
        *,
        daemon: bool | None = None,
    ) -> None:
        assert group is None, "group argument must be None for now"
        count = next(_process_counter)
        self._path = CONVERSATION.new_process()
        self._identity = (*_current_process._identity, count)
        self._config = _current_process._config.copy()
        self._parent_pid: int | None = os.getpid()
        self._parent_name = _current_process.name
        self._popen: Any = None
        self._closed = False
        self._target = target
        self._args = tuple(args)
        self._kwargs = dict(kwargs)
        self._name: Any = name or type(self).__name__ + "-" + ":".join(str(i) for i in self._identity)
        if daemon is not None:
            self.daemon = daemon

    def _check_closed(self) -> None:
        if self._closed:
            raise ValueError("process object is closed")

    def run(self) -> None:
        """Method to be run in sub-process; can be overridden in sub-class"""
        if self._target:
            self._target(*self._args, **self._kwargs)

    def start(self) -> None:
        """Start child process"""
        self._check_closed()
        assert self._popen is None, "cannot start a process twice"
        assert self._parent_pid == os.getpid(), "can only start a process object created by current process"
        assert not _current_process._config.get("daemon"), "daemonic processes are not allowed to have children"
        # CPython forgets ended children here; whether it does cannot be seen, so nothing is asked
        self._popen = self._Popen(self)
        del self._target, self._args, self._kwargs
        _children[self] = None
        _started.append(self)

    def terminate(self) -> None:
        """Terminate process; sends SIGTERM signal or uses TerminateProcess()"""
        self._check_closed()
        self._popen.terminate()

    def kill(self) -> None:
        """Terminate process; sends SIGKILL signal or uses TerminateProcess()"""
        self._check_closed()
        self._popen.kill()

    if sys.version_info >= (3, 14):

        def interrupt(self) -> None:
            """Terminate process; sends SIGINT signal"""
            self._check_closed()
            refuse("uncontrolled", "Process.interrupt is not controlled yet")

    def join(self, timeout: float | None = None) -> None:
        """Wait until child process terminates"""
        self._check_closed()
        assert self._parent_pid == os.getpid(), "can only join a child process"
        assert self._popen is not None, "can only join a started process"
        if self._popen.wait(timeout):
            _children.pop(self, None)

    def is_alive(self) -> bool:
        """Return whether process is alive"""
        self._check_closed()
        if self is _current_process:
            return True
        assert self._parent_pid == os.getpid(), "can only test a child process"
        if self._popen is None:
            return False
        if not self._popen.has_ended and self._popen.poll() is None:
            return True
        _children.pop(self, None)
        return False

    def close(self) -> None:
        """Close the Process object.

        This method releases resources held by the Process object.  It is
        an error to call this method if the child process is still running.
        """
        if self._popen is not None:
            if not self._popen.has_ended and self._popen.poll() is None:
                raise ValueError(
                    "Cannot close a process while it is still running. You should first call join() or terminate()."
                )
            self._popen.close()
            self._popen = None
            _children.pop(self, None)
        self._closed = True

    @property
    def name(self) -> Any:
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        assert isinstance(name, str), "name must be a string"
        self._name = name

    @property
    def daemon(self) -> Any:
        """Return whether process is a daemon"""
        return self._config.get("daemon", False)

    @daemon.setter
    def daemon(self, daemonic: bool) -> None:
        """Set whether process is a daemon"""
        assert self._popen is None, "process has already started"
        self._config["daemon"] = daemonic

    @property
    def authkey(self) -> Any:
        return self._config["authkey"]

    @authkey.setter
    def authkey(self, authkey: bytes) -> None:
        """Set authorization key of process"""
        self._config["authkey"] = relatives.AuthenticationString(authkey)

    @property
    def exitcode(self) -> int | None:
        """Return exit code of process or `None` if it has yet to stop"""
        self._check_closed()
        return None if self._popen is None else self._popen.poll()

    @property
    def ident(self) -> int | None:
        """Return identifier (PID) of process or `None` if it has yet to start"""
        self._check_closed()
        if self is _current_process:
            return os.getpid()
        return self._popen and self._popen.pid  # type: ignore[no-any-return]

    pid = ident

    @property
    def sentinel(self) -> int:
        """Return a file descriptor (Unix) or handle (Windows) suitable for waiting for process termination."""
        self._check_closed()
        if self._popen is None:
            raise ValueError("process not started")
        return self._popen.sentinel  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        exitcode = None
        if self is _current_process:
            status = "started"
        elif self._closed:
            status = "closed"
        elif self._parent_pid != os.getpid():
            status = "unknown"
        elif self._popen is None:
            status = "initial"
        else:
            exitcode = self._popen.poll()
            status = "started" if exitcode is None else "stopped"
        info = [type(self).__name__, f"name={self._name!r}"]
        if self._popen is not None:
            info.append(f"pid={self._popen.pid}")
        info += [f"parent={self._parent_pid}", status]
        if exitcode is not None:
            info.append(f"exitcode={relatives.EXITCODE_TO_NAME.get(exitcode, exitcode)}")
        if self.daemon:
            info.append("daemon")
        return f"<{' '.join(info)}>"

    def _bootstrap(self, parent_sentinel: None = None) -> tuple[int, str | None]:
        """Runs this process to its end; returns its exit code and the text of its uncaught exception, if any."""
        from checker.controlled import context, exiting

        global _current_process, _parent_process, _process_counter, _children
        text = None
        exitcode = 1
        try:
            if self._start_method is not None:
                context._force_start_method(self._start_method)
            _process_counter = itertools.count(1)
            _children = {}
            _current_process = self
            _parent_process = relatives._ParentProcess(self._parent_name, self._parent_pid)
            try:
                self.run()
                exitcode = 0
            finally:
                if sys.version_info < (3, 13):  # since then it runs among the exit handlers
                    exiting.exit_function()
        except SystemExit as error:
            exitcode = relatives.code_of(error)
        except BaseException as error:
            exitcode = 1
            text = uncaught.text_of(error)
            stdio.write_error(f"Process {self.name}:\n{text}")
        exiting.flush_std_streams()
        return exitcode, text


_parent_process: Any = None
_current_process: Any = None
_process_counter = itertools.count(1)
_children: dict[Any, None] = {}
_started: list[Any] = []


def begin(name: str, *, inheriting: bool) -> None:
    """Makes this the main process again, or one that is about to load the program on its parent's behalf."""
    global _parent_process, _current_process, _process_counter, _children, _started
    _parent_process = None
    _current_process = relatives._MainProcess(name)
    _process_counter = itertools.count(1)
    _children = {}
    _started = []
    if inheriting:
        _current_process._inheriting = True


def _carried() -> list[Any]:
    """What this process carries with it, beside what the program's own variables hold."""
    return [_current_process, _started, list(_children), CONVERSATION.made]


CONVERSATION.places.carry(_carried)


def begin_forked() -> None:
    """A forked process has started nobody yet; the rest `_bootstrap` sees to."""
    global _started
    _started = []


def unfinished_children() -> list[Any]:
    """The started children that are not known to have ended, the oldest first."""
    return [child for child in _children if not child._popen.has_ended]


def started_children() -> list[Any]:
    """The children that were started and not closed."""
    return [child for child in _started if child._popen is not None]


from checker.controlled import relatives  # noqa: E402 - it builds on the above

begin("MainProcess", inheriting=False)
