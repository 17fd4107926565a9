"""A started process as its parent holds it, and what is sent along to start it. Runs in a worker process."""

from __future__ import annotations

import io
import os
import pickle
import signal
import sys
import weakref
from typing import Any

from checker.controlled import context, exiting, process, processors, reduction
from checker.controlled.conversation import CONVERSATION, ask, post, refuse
from checker.wire import MAX_DATA_BYTES, virtual_pid

_SIGTERM, _SIGKILL = 15, 9

BASELINE: dict[str, Any] = {}
"""What a child finds without being told: its "environ", "sys_path", "sys_argv", "dir" as the worker sets them up."""


class Popen:
    """The handle of one child. It asks no more about a child that is known to have ended."""

    def __init__(self, process_obj: Any, method: str) -> None:
        exiting.register()
        exiting.flush_std_streams()
        self.method = method
        self.path: str = process_obj._path
        self.returncode: int | None = None
        self._ended = False
        self.finalizer = weakref.ref(self)  # a started process cannot be pickled, and CPython says it of this
        self.pid = 0
        self._launch(process_obj)

    def _launch(self, process_obj: Any) -> None:
        _check_not_importing_main()
        buffer = io.BytesIO()
        context.set_spawning_popen(self)
        try:
            reduction.dump(preparation_data(process_obj._name, self.method), buffer)
            reduction.dump(process_obj, buffer)
        finally:
            context.set_spawning_popen(None)
        data = buffer.getvalue()
        if len(data) > MAX_DATA_BYTES:
            refuse("uncontrolled", f"a Process that pickles to {len(data)} bytes is too large to be controlled")
        post("process.start", self.path, (str(process_obj._name), bool(process_obj.daemon)), data)
        self.pid = virtual_pid(self.path)

    @property
    def sentinel(self) -> int:
        refuse("uncontrolled", "multiprocessing.Process.sentinel is not controlled yet")

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = ask("process.poll", self.path)[0]
            self._ended = self.returncode is not None
        return self.returncode

    def wait(self, timeout: float | None = None) -> bool:
        """Whether the child has ended, at the latest after `timeout` seconds."""
        if not self._ended:
            from checker.controlled.synchronize import seconds

            if timeout is None:
                post("process.join", self.path, (None,))
                self._ended = True
            else:
                self._ended = ask("process.join", self.path, (seconds(timeout),))[0]
        return self._ended

    @property
    def has_ended(self) -> bool:
        """Whether the child is known to have ended, without asking."""
        return self._ended

    def send_signal(self, number: int) -> None:
        if not self._ended:
            ask("process.signal", self.path, (number,))

    def terminate(self) -> None:
        self.send_signal(_SIGTERM)

    def kill(self) -> None:
        self.send_signal(_SIGKILL)

    def close(self) -> None:
        """Nothing is held that would have to be closed."""


def preparation_data(name: Any, method: str) -> dict[str, Any]:
    """What the child has to know before it loads the program: only what differs from how every process begins."""
    data: dict[str, Any] = {} if isinstance(name, str) else {"name": name}
    if method == "forkserver":
        _Server.begin()
        data["served"] = True
    start_method = context._default_context.get_start_method()
    if start_method != "spawn":
        data["start_method"] = start_method
    directory = os.getcwd()
    if directory != BASELINE.get("dir"):
        data["dir"] = directory
    if sys.argv != BASELINE.get("sys_argv"):
        data["sys_argv"] = sys.argv
    if sys.path != BASELINE.get("sys_path"):
        data["sys_path"] = sys.path
    ignored = system.ignored_signals()
    if ignored:
        data["ignored"] = ignored
    if processors.chosen():
        data["processors"] = processors.chosen()
    if environ_data() != BASELINE.get("environ"):
        data["environ"] = os.environ.copy()
    return data


def environ_data() -> Any:
    """The environment as it lies inside `os.environ`: to compare it so costs a tenth."""
    return getattr(os.environ, "_data", os.environ)


def prepare(stream: io.BytesIO) -> None:
    """Gets this process ready to load the program, as its parent wants it."""
    data = pickle.load(stream)
    if "name" in data:
        process.current_process().name = data["name"]
    context._default_context.set_start_method(data.get("start_method", "spawn"), force=True)
    if "dir" in data:
        os.chdir(data["dir"])
    if "sys_argv" in data:
        sys.argv = data["sys_argv"]
    if "sys_path" in data:
        sys.path = data["sys_path"]
    if "environ" in data:
        os.environ.clear()
        os.environ.update(data["environ"])
    if "processors" in data:
        processors.begin(data["processors"])
    for number in data.get("ignored", ()):
        signal.signal(number, signal.SIG_IGN)
    _Server.has_started_this = "served" in data


class _Server:
    """The fork server, which does not exist here: the processes that it would fork are spawned.

    These have the environment of who starts them, and him as their parent. For real they have the server's, which is
    that of whoever was the first to start any, in that moment; and the server is their parent.
    """

    has_started_this = False
    inherits: dict[str, Any] = {}  # noqa: RUF012 - one for the process, fresh for each task

    @classmethod
    def begin(cls) -> None:
        """It is there from now on, if it was not."""
        now = {
            "os.environ was changed": dict(environ_data()),
            "a signal was ignored or no longer": system.ignored_signals(),
            "other processors were chosen": processors.chosen(),
        }
        for what, held in cls.inherits.items():
            if held != now[what]:
                sentence = f"starting a process by forkserver after {what} is not controlled"
                refuse("uncontrolled", sentence)
        cls.inherits = now


def begin() -> None:
    """Forgets the last task."""
    _Server.has_started_this, _Server.inherits = False, {}


def is_served() -> bool:
    """Whether for real the fork server is the parent of this process."""
    return _Server.has_started_this


def was_spawned() -> bool:
    """Whether this process, or the one that it was forked from in the end, was itself spawned."""
    return "." in CONVERSATION.image


def _check_not_importing_main() -> None:
    if getattr(process.current_process(), "_inheriting", False):
        raise RuntimeError(_NO_GUARD)


_NO_GUARD = """
        An attempt has been made to start a new process before the
        current process has finished its bootstrapping phase.

        This probably means that you are not using fork to start your
        child processes and you have forgotten to use the proper idiom
        in the main module:

            if __name__ == '__main__':
                freeze_support()
                ...

        The "freeze_support()" line can be omitted if the program
        is not going to be frozen to produce an executable.

        To fix this issue, refer to the "Safe importing of main module"
        section in https://docs.python.org/3/library/multiprocessing.html
        """


def known_pids() -> dict[int, str]:
    """The paths of the processes that this one knows by their process id: itself, its parent, its children."""
    pids = {child.pid: child._popen.path for child in process.started_children() if not child._popen.has_ended}
    pids[os.getpid()] = CONVERSATION.path
    if "." in CONVERSATION.path:
        pids[system.first_parent()] = CONVERSATION.path.rpartition(".")[0]
    return pids


from checker.controlled import system  # noqa: E402 - it builds on the above
