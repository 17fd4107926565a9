"""Contexts and start methods, as in CPython. Runs in a worker process.

What a program gets that asks for a start method is decided for each task: in a lab everything is spawned, whatever its
name; a script gets what it asks for, or the one method that was chosen for it.
"""

from __future__ import annotations

import sys
from typing import Any

from checker.controlled import process, processors, reduction, served
from checker.controlled.conversation import refuse
from checker.controlled.refusals import NotYet

__all__ = ()


class ProcessError(Exception):
    pass


class BufferTooShort(ProcessError):
    pass


class TimeoutError(ProcessError):
    pass


class AuthenticationError(ProcessError):
    pass


class BaseContext:
    """What `multiprocessing` offers, with one start method."""

    _name = "spawn"
    ProcessError = ProcessError
    BufferTooShort = BufferTooShort
    TimeoutError = TimeoutError
    AuthenticationError = AuthenticationError

    current_process = staticmethod(process.current_process)
    parent_process = staticmethod(process.parent_process)
    active_children = staticmethod(process.active_children)

    Manager = NotYet("Manager")
    Pipe = NotYet("Pipe")
    Condition = NotYet("Condition")
    Event = NotYet("Event")
    Barrier = NotYet("Barrier")
    Pool = NotYet("Pool")
    get_logger = NotYet("get_logger")
    log_to_stderr = NotYet("log_to_stderr")

    def cpu_count(self) -> int:
        """Returns the number of CPUs in the system"""
        return processors.COUNT

    def Lock(self) -> Any:
        """Returns a non-recursive lock object"""
        return synchronize.Lock(ctx=self.get_context())

    def RLock(self) -> Any:
        """Returns a recursive lock object"""
        return synchronize.RLock(ctx=self.get_context())

    def Semaphore(self, value: int = 1) -> Any:
        """Returns a semaphore object"""
        return synchronize.Semaphore(value, ctx=self.get_context())

    def BoundedSemaphore(self, value: int = 1) -> Any:
        """Returns a bounded semaphore object"""
        return synchronize.BoundedSemaphore(value, ctx=self.get_context())

    def Queue(self, maxsize: int = 0) -> Any:
        """Returns a queue object"""
        return queues.Queue(maxsize, ctx=self.get_context())

    def JoinableQueue(self, maxsize: int = 0) -> Any:
        """Returns a queue object"""
        return queues.JoinableQueue(maxsize, ctx=self.get_context())

    def SimpleQueue(self) -> Any:
        """Returns a queue object"""
        return queues.SimpleQueue(ctx=self.get_context())

    def RawValue(self, typecode_or_type: Any, *args: Any) -> Any:
        """Returns a shared object"""
        return sharedctypes.RawValue(typecode_or_type, *args)

    def RawArray(self, typecode_or_type: Any, size_or_initializer: Any) -> Any:
        """Returns a shared array"""
        return sharedctypes.RawArray(typecode_or_type, size_or_initializer)

    def Value(self, typecode_or_type: Any, *args: Any, lock: Any = True) -> Any:
        """Returns a synchronized shared object"""
        return sharedctypes.Value(typecode_or_type, *args, lock=lock, ctx=self.get_context())

    def Array(self, typecode_or_type: Any, size_or_initializer: Any, *, lock: Any = True) -> Any:
        """Returns a synchronized shared array"""
        return sharedctypes.Array(typecode_or_type, size_or_initializer, lock=lock, ctx=self.get_context())

    def freeze_support(self) -> None:
        """Check whether this is a fake forked process in a frozen executable.
        If so then run code specified by commandline and exit.
        """

    def allow_connection_pickling(self) -> None:
        """Install support for sending connections and sockets between processes"""

    def set_executable(self, executable: Any) -> None:
        """Sets the path to a python.exe or pythonw.exe binary; without effect under control."""

    if sys.version_info >= (3, 15):

        def set_forkserver_preload(self, module_names: Any, *, on_error: str = "ignore") -> None:
            """Set list of module names to try to load in forkserver process."""
            if on_error != "ignore":
                refuse("uncontrolled", "on_error in set_forkserver_preload is not controlled")

    else:

        def set_forkserver_preload(self, module_names: Any) -> None:
            """Set list of module names to try to load in forkserver process. This is really just a hint."""

    def get_context(self, method: str | None = None) -> Any:
        if method is None:
            return self
        if method not in _concrete_contexts:
            raise ValueError(f"cannot find context for {method!r}")
        return _concrete_contexts[_Given.method if _Given.asking == "forced" else method]

    def get_start_method(self, allow_none: bool = False) -> str | None:  # noqa: FBT001, FBT002
        return self._name

    def set_start_method(self, method: str | None, force: bool = False) -> None:  # noqa: FBT001, FBT002
        raise ValueError("cannot set start method of concrete context")

    @property
    def reducer(self) -> Any:
        """Controls how objects will be reduced to a form that can be shared with other processes."""
        return reduction

    @reducer.setter
    def reducer(self, reduction: Any) -> None:
        refuse("uncontrolled", "another multiprocessing reducer is not controlled yet")


class _Given:
    """The start method of a program that asks for none, and what asking does: a word of `vocabulary.ASKING`."""

    method = "spawn"
    asking = "spawned"


def _started(process_obj: Any, method: str) -> Any:
    """Starts a process by a method; returns its handle."""
    exiting.demand_time_to_start()
    if method != "fork":
        return popen.Popen(process_obj, method)
    if _Given.asking == "spawned":
        refuse("uncontrolled", "a process of get_context('fork') is not controlled yet")
    return popen_fork.Popen(process_obj, method)


class Process(process.BaseProcess):
    _start_method = None

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # type: ignore[override]
        return _default_context.get_context().Process._Popen(process_obj)


class DefaultContext(BaseContext):
    """The context behind the package's own names; its start method can be set once."""

    Process = Process

    def __init__(self, context: BaseContext) -> None:
        self._default_context = context
        self._actual_context: BaseContext | None = None

    def get_context(self, method: str | None = None) -> Any:
        if method is not None:
            return super().get_context(method)
        if self._actual_context is None:
            self._actual_context = self._default_context
        return self._actual_context

    def set_start_method(self, method: str | None, force: bool = False) -> None:  # noqa: FBT001, FBT002
        if self._actual_context is not None and not force:
            raise RuntimeError("context has already been set")
        if method is None and force:
            self._actual_context = None
            return
        self._actual_context = self.get_context(method)

    def get_start_method(self, allow_none: bool = False) -> str | None:  # noqa: FBT001, FBT002
        if self._actual_context is None:
            if allow_none:
                return None
            self._actual_context = self._default_context
        return self._actual_context._name

    def get_all_start_methods(self) -> list[str]:
        """Returns a list of the supported start methods, default first."""
        if sys.platform == "win32":
            return ["spawn"]
        first = self._default_context._name
        return [first, *(name for name in ("fork", "spawn", "forkserver") if name != first)]


class SpawnProcess(process.BaseProcess):
    _start_method = "spawn"

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # type: ignore[override]
        return _started(process_obj, "spawn")


class ForkProcess(process.BaseProcess):
    _start_method = "fork"

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # type: ignore[override]
        return _started(process_obj, "fork")


class ForkServerProcess(process.BaseProcess):
    _start_method = "forkserver"

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # type: ignore[override]
        return _started(process_obj, "forkserver")


class SpawnContext(BaseContext):
    _name = "spawn"
    Process = SpawnProcess


class ForkContext(BaseContext):
    _name = "fork"
    Process = ForkProcess


class ForkServerContext(BaseContext):
    _name = "forkserver"
    Process = ForkServerProcess


_concrete_contexts: dict[str, BaseContext] = {
    "fork": ForkContext(),
    "spawn": SpawnContext(),
    "forkserver": ForkServerContext(),
}
_default_context = DefaultContext(_concrete_contexts["spawn"])


def begin(start_method: str, asking: str) -> None:
    """Forgets the start method that the last task has set; the arguments as in `vocabulary.TASK_FIELDS`."""
    _Given.method, _Given.asking = start_method, asking
    _default_context._default_context = _concrete_contexts[start_method]
    _default_context._actual_context = None


def _force_start_method(method: str) -> None:
    _default_context._actual_context = _default_context.get_context(method)


_spawning_popen: Any = None


def get_spawning_popen() -> Any:
    return _spawning_popen


def set_spawning_popen(popen: Any) -> None:
    global _spawning_popen
    _spawning_popen = popen


def assert_spawning(obj: Any) -> None:
    if get_spawning_popen() is None:
        raise RuntimeError(
            f"{type(obj).__name__} objects should only be shared between processes through inheritance"
        )
    if getattr(obj, "_memory", getattr(obj, "_identity", None)) in served.SHARED:
        refuse("uncontrolled", served.SENTENCE)


# below what they need of this module
from checker.controlled import exiting, popen, popen_fork, queues, sharedctypes, synchronize  # noqa: E402
