"""Undoes what a task left behind in a warm worker, or says that it cannot be undone. Runs in a worker process.

Not undone: changes inside modules of the standard library (an attribute of a class, a registry), and modules written
in C that are not part of it. The first is caught by repeating in fresh workers, the second makes the worker unusable.
"""

from __future__ import annotations

import _thread
import atexit
import builtins
import contextlib
import logging
import os
import signal
import sys
import threading
import warnings
import weakref
from types import ModuleType
from typing import Any

from checker.controlled import install, popen

_chdir, _close, _dup, _listdir, _stat = os.chdir, os.close, os.dup, os.listdir, os.stat
_real_waitpid = getattr(os, "waitpid", None)
_real_getsignal = signal.getsignal
_DESCRIPTORS = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"
_HOOKS = ("excepthook", "displayhook", "unraisablehook", "breakpointhook")


class Baseline:
    """The state of this process before its first task.

    Made before workers are forked: to look at every module costs a fresh process a copy of the memory that it is in.
    """

    def __init__(self) -> None:
        atexit._clear()
        sys.modules["__mp_main__"] = sys.modules["__main__"]
        self._logging = _logging_state()
        self._loggers = frozenset(logging.Logger.manager.loggerDict)
        self._modules = dict(sys.modules)
        self._module_objects = list(sys.modules.values())
        self._environ = dict(os.environ)
        self._environ_data = dict(_environ_data())
        self._path = list(sys.path)
        self._builtins = dict(vars(builtins))
        self._builtin_objects = list(self._builtins.values())
        self._filters = list(warnings.filters)
        self._hooks = {name: getattr(sys, name) for name in _HOOKS}
        self._recursion_limit = sys.getrecursionlimit()
        self._switch_interval = sys.getswitchinterval()
        self._directory = os.getcwd()
        self._meta_path = list(sys.meta_path)
        self._threads = _thread._count()
        self._descriptors: Any = None

    def look_at_descriptors(self) -> None:
        """Takes note of what is open, once this process has all that it will need."""
        self._descriptors = _descriptors()

    def has_more_descriptors(self) -> bool:
        """Whether something else is open than before the present task."""
        return bool(_descriptors() != self._descriptors)

    def is_reusable(self) -> bool:
        """Whether what the present task leaves behind can be undone."""
        if _thread._count() != self._threads or self.has_more_descriptors():
            return False
        if len(sys.modules) != len(self._modules) and any(map(_is_foreign_binary, self._new_modules())):
            return False
        if _real_waitpid is None:
            return True
        try:
            _real_waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return True
        return False

    def begin(self, directory: str, temporary: str, file: str) -> None:
        """Makes the process look as it does when a program is started by hand."""
        _chdir(directory)
        if os.environ.get("TMPDIR") != temporary:  # the same for all tasks, and put back with the rest
            os.environ["TMPDIR"] = temporary
            self._environ, self._environ_data = dict(os.environ), dict(_environ_data())
        sys.argv = [file]
        sys.path[:] = [os.path.dirname(file), *self._path]
        popen.BASELINE.update(dir=os.getcwd(), sys_path=list(sys.path), sys_argv=[file], environ=self._environ_data)

    def restore(self) -> None:
        """Undoes everything that can be undone.

        It comes upon cold caches after every task, so it compares lists of objects: of a dictionary, keys are read too.
        """
        install.restore()
        if list(sys.modules.values()) != self._module_objects:
            self._restore_modules()
        names = vars(builtins)
        if list(names.values()) != self._builtin_objects:
            names.clear()
            names.update(self._builtins)  # nothing built in can be called between these two lines
        if _environ_data() != self._environ_data:
            os.environ.clear()
            os.environ.update(self._environ)
        if warnings.filters != self._filters:
            warnings.filters[:] = self._filters  # type: ignore[index]
            for name in ("_filters_mutated", "_filters_mutated_lock_held"):
                if hasattr(warnings, name):
                    with contextlib.suppress(RuntimeError):
                        getattr(warnings, name)()
        for name, hook in self._hooks.items():
            if getattr(sys, name) is not hook:
                setattr(sys, name, hook)
        if sys.meta_path != self._meta_path:
            sys.meta_path[:] = self._meta_path
        sys.settrace(None)
        sys.setprofile(None)
        sys.setrecursionlimit(self._recursion_limit)
        sys.setswitchinterval(self._switch_interval)
        threading.main_thread().name = "MainThread"
        _chdir(self._directory)
        sys.path[:] = self._path
        atexit._clear()
        if weakref.finalize._registered_with_atexit:  # type: ignore[attr-defined]
            weakref.finalize._registered_with_atexit = False  # type: ignore[attr-defined]
            weakref.finalize._registry.clear()  # type: ignore[attr-defined]
        if _logging_state() != self._logging:
            _restore_logging(self._loggers)

    def _new_modules(self) -> list[ModuleType]:
        return [module for name, module in list(sys.modules.items()) if name not in self._modules]

    def _restore_modules(self) -> None:
        for name in [name for name in sys.modules if name not in self._modules]:
            del sys.modules[name]
            parent, _, child = name.rpartition(".")
            if parent in self._modules:
                vars(self._modules[parent]).pop(child, None)
        for name, module in self._modules.items():
            if sys.modules.get(name) is not module:
                sys.modules[name] = module
        self._module_objects = list(sys.modules.values())  # the order may be another one now


_environ_data = popen.environ_data


def _descriptors() -> Any:
    """Which descriptors are open: how many and the lowest that is not, where the system counts them, else a list."""
    try:
        count = _stat(_DESCRIPTORS).st_size  # since Linux 6.2; to list them takes several times as long
        if not count:
            return _listdir(_DESCRIPTORS)
        lowest = _dup(0)
        _close(lowest)
        return count, lowest
    except OSError:
        return object()  # equal to nothing


def _is_foreign_binary(module: ModuleType) -> bool:
    """Whether a module is made of machine code and not of the standard library: such cannot be loaded twice."""
    file = getattr(module, "__file__", None) or ""
    return file.endswith((".so", ".pyd")) and module.__name__.partition(".")[0] not in sys.stdlib_module_names


def _logging_state() -> tuple[int, ...]:
    root, manager = logging.root, logging.Logger.manager
    return len(root.handlers), len(root.filters), root.level, manager.disable, len(manager.loggerDict)


def _restore_logging(kept: frozenset[str]) -> None:
    logging.root.handlers.clear()
    logging.root.filters.clear()
    for name in [name for name in logging.Logger.manager.loggerDict if name not in kept]:
        del logging.Logger.manager.loggerDict[name]
    logging.root.setLevel(logging.WARNING)
    logging.disable(logging.NOTSET)
