"""What cannot be controlled, and is refused by name when it is used, never when it is imported. Runs in a worker."""

from __future__ import annotations

import _thread
import builtins
import socket
import subprocess
import sys
import threading
from types import ModuleType
from typing import Any, NoReturn

from checker.controlled import stdio
from checker.controlled.conversation import refuse

_interpreters: Any
try:
    import _interpreters  # type: ignore[import-not-found,no-redef]
except ImportError:  # before Python 3.13
    _interpreters = None


class _Refused(type):
    """The type of stand-ins: they can be imported, named and subclassed, but neither called nor looked into."""

    _stands_for: str

    def __call__(cls, *args: object, **kwargs: object) -> NoReturn:
        refuse("uncontrolled", f"{cls._stands_for} is not controlled yet")

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        refuse("uncontrolled", f"{cls._stands_for}.{name} is not controlled yet")


def stand_in(module: str, name: str) -> _Refused:
    """A class in place of `module.name`, for people to import and be told."""
    return _Refused(name, (), {"_stands_for": f"{module}.{name}", "__module__": module})


UNCONTROLLED: dict[str, str] = {
    "multiprocessing.connection": "Client Listener Pipe Connection answer_challenge deliver_challenge wait",
    "multiprocessing.dummy": (
        "Process current_process active_children freeze_support Lock RLock Semaphore BoundedSemaphore Condition Event "
        "Barrier Queue Manager Pipe Pool JoinableQueue DummyProcess Value Array Namespace dict list"
    ),
    "multiprocessing.forkserver": "ensure_running get_inherited_fds connect_to_new_process set_forkserver_preload",
    "multiprocessing.heap": "Arena BufferWrapper Heap",
    "multiprocessing.managers": (
        "BaseManager SyncManager BaseProxy Token SharedMemoryManager MakeProxyType AutoProxy DictProxy ListProxy "
        "NamespaceProxy ValueProxy ArrayProxy PoolProxy BarrierProxy EventProxy ConditionProxy AcquirerProxy Namespace "
        "RemoteError Server State ProcessLocalSet public_methods"
    ),
    "multiprocessing.pool": (
        "Pool ThreadPool AsyncResult ApplyResult MapResult IMapIterator IMapUnorderedIterator MaybeEncodingError "
        "ExceptionWithTraceback RemoteTraceback worker"
    ),
    "multiprocessing.popen_fork": "Popen",
    "multiprocessing.popen_forkserver": "Popen",
    "multiprocessing.popen_spawn_posix": "Popen",
    "multiprocessing.resource_sharer": "stop DupFd",
    "multiprocessing.resource_tracker": "ensure_running register unregister ResourceTracker getfd",
    "multiprocessing.shared_memory": "SharedMemory ShareableList",
    "multiprocessing.spawn": (
        "freeze_support set_executable get_executable get_preparation_data get_command_line import_main_path spawn_main"
    ),
    "multiprocessing.synchronize": "Condition Event Barrier",
    "multiprocessing.util": (
        "sub_debug debug info sub_warning get_logger log_to_stderr get_temp_dir register_after_fork is_exiting "
        "Finalize ForkAwareThreadLock ForkAwareLocal close_all_fds_except SUBDEBUG SUBWARNING"
    ),
}
"""Names of the standard library that are not built yet, by module."""


def executor_module() -> ModuleType:
    """In place of `concurrent.futures.process`, which would reach into the real multiprocessing."""
    name = "concurrent.futures.process"
    module = ModuleType(name)
    module.__dict__["ProcessPoolExecutor"] = stand_in("concurrent.futures", "ProcessPoolExecutor")
    module.__dict__["BrokenProcessPool"] = type("BrokenProcessPool", (RuntimeError,), {"__module__": name})
    return module


class NotYet:
    """A function of the package that is refused when it is called."""

    def __init__(self, name: str) -> None:
        self.__name__ = self.__qualname__ = name

    def __call__(self, *args: object, **kwargs: object) -> NoReturn:
        refuse("uncontrolled", f"multiprocessing.{self.__name__} is not controlled yet")


def _thread_start(self: threading.Thread) -> NoReturn:
    refuse("thread", f"threading: starting a thread ({self.name}) is not controlled yet")


def _new_thread(*args: object, **kwargs: object) -> NoReturn:
    refuse("thread", "starting a thread is not controlled yet")


def _popen(self: Any, args: object = None, *others: object, **more: object) -> NoReturn:
    refuse("uncontrolled", "subprocess.Popen is not controlled")


def _socket(self: Any, *args: object, **kwargs: object) -> NoReturn:
    refuse("uncontrolled", "socket.socket is not controlled")


def _nothing(self: Any) -> None:
    """A process or socket that was refused has nothing to clean up."""


def _interpreter(*args: object, **kwargs: object) -> NoReturn:
    refuse("uncontrolled", "a subinterpreter is not controlled")  # all modules are there anew, as they are for real


def _remote(*args: object, **kwargs: object) -> NoReturn:
    refuse("uncontrolled", "sys.remote_exec is not controlled")


PATCHES: list[tuple[Any, str, Any]] = [
    (builtins, "input", stdio.asked_input),
    (threading.Thread, "start", _thread_start),
    (_thread, "start_new_thread", _new_thread),
    (_thread, "start_new", _new_thread),
    (_thread, "start_joinable_thread", _new_thread),
    (subprocess.Popen, "__init__", _popen),
    (subprocess.Popen, "__del__", _nothing),
    (socket.socket, "__init__", _socket),
    (_interpreters, "create", _interpreter),
    (sys, "remote_exec", _remote),
]
