"""Lock, RLock, Semaphore and BoundedSemaphore as the student sees them. Runs in a worker process."""

from __future__ import annotations

import math
import operator
import sys
import threading
from typing import Any

from checker.controlled import context, exiting, lifetimes, process
from checker.controlled.conversation import CONVERSATION, ask, post

__all__ = ["BoundedSemaphore", "Lock", "RLock", "Semaphore"]

SEM_VALUE_MAX = 2**31 - 1


def seconds(timeout: Any) -> float | None:
    """A timeout as the judge takes it: None waits for ever, less than nothing is nothing.

    Raises:
        TypeError: it is not a number, in the words of CPython's `SemLock`.
    """
    if timeout is None:
        return None
    if math.fabs(timeout) == math.inf:  # float() would take a text, fabs() refuses it in the right words
        return None if timeout > 0 else 0.0
    return float(timeout) if timeout > 0 else 0.0


def blocks(block: Any) -> bool:
    """Whether to wait, as CPython's `SemLock` takes it.

    Raises:
        TypeError: before Python 3.12, it is no whole number (a timeout, say, that was meant for the next argument).
    """
    if type(block) is not bool and sys.version_info < (3, 12):
        operator.index(block)
    return bool(block)


class SemLock:
    """Base class for semaphores and mutexes."""

    _identity: str
    _is_fork_ctx: bool
    _maxvalue: int

    def __init__(self, kind: str, args: list[Any], maxvalue: int, *, ctx: Any) -> None:
        if ctx is None:
            ctx = context._default_context.get_context()
        self._is_fork_ctx = ctx.get_start_method() == "fork"
        exiting.register()
        self._maxvalue = maxvalue
        self._identity = CONVERSATION.create(kind, args)
        lifetimes.made(self, self._identity, ctx)

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:  # noqa: FBT001, FBT002
        block = blocks(block)
        if not block or timeout is not None:
            return ask("lock.acquire", self._identity, (block, seconds(timeout)))[0]  # type: ignore[no-any-return]
        post("lock.acquire", self._identity, (True, None))
        return True

    def release(self) -> None:
        post("lock.release", self._identity)

    def __enter__(self) -> bool:
        post("lock.acquire", self._identity, (True, None))
        return True

    def __exit__(self, *args: object) -> None:
        post("lock.release", self._identity)

    def _get_value(self) -> int:
        return ask("lock.value", self._identity)[0]  # type: ignore[no-any-return]

    def __getstate__(self) -> tuple[str, int]:
        context.assert_spawning(self)
        if self._is_fork_ctx and context.get_spawning_popen().method != "fork":
            raise RuntimeError(
                "A SemLock created in a fork context is being "
                "shared with a process in a spawn context. This is "
                "not supported. Please use the same context to create "
                "multiprocessing objects and Process."
            )
        return self._identity, self._maxvalue

    def __setstate__(self, state: tuple[str, int]) -> None:
        self._identity, self._maxvalue = state
        self._is_fork_ctx = False
        lifetimes.sent(self._identity)

    if sys.version_info >= (3, 14):

        def locked(self) -> bool:
            """Whether somebody holds it."""
            return self._get_value() == 0


class Semaphore(SemLock):
    """A counting semaphore."""

    def __init__(self, value: int = 1, *, ctx: Any) -> None:
        SemLock.__init__(self, "semaphore", [units(value, SEM_VALUE_MAX)], SEM_VALUE_MAX, ctx=ctx)

    def get_value(self) -> int:
        return self._get_value()

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__}(value={self._get_value()})>"


class BoundedSemaphore(Semaphore):
    """A semaphore that never holds more than it began with."""

    def __init__(self, value: int = 1, *, ctx: Any) -> None:
        most = units(value, SEM_VALUE_MAX)
        SemLock.__init__(self, "bounded_semaphore", [most], most, ctx=ctx)

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__}(value={self._get_value()}, maxvalue={self._maxvalue})>"


def units(value: Any, maximum: int) -> int:
    """The initial value as `SemLock` takes it."""
    if isinstance(value, float) or not hasattr(value, "__index__"):
        raise TypeError(f"'{type(value).__name__}' object cannot be interpreted as an integer")
    units = value.__index__()
    if not 0 <= units <= maximum:
        if units.bit_length() > 31:
            raise OverflowError("Python int too large to convert to C int")
        raise OSError(22, "Invalid argument")
    return int(units)


class Lock(SemLock):
    """A non-recursive lock."""

    def __init__(self, *, ctx: Any) -> None:
        SemLock.__init__(self, "lock", [], 1, ctx=ctx)

    def __repr__(self) -> str:
        value, _, mine = ask("lock.state", self._identity)[0]
        name = _my_name() if mine else "None" if value == 1 else "SomeOtherProcess"
        return f"<{self.__class__.__name__}(owner={name})>"


class RLock(SemLock):
    """A recursive lock."""

    def __init__(self, *, ctx: Any) -> None:
        SemLock.__init__(self, "rlock", [], 1, ctx=ctx)

    def __repr__(self) -> str:
        value, held, mine = ask("lock.state", self._identity)[0]
        count: int | str
        if mine:
            name, count = _my_name(), held
        elif value == 1:
            name, count = "None", 0
        else:
            name, count = "SomeOtherProcess", "nonzero"
        return f"<{self.__class__.__name__}({name}, {count})>"


def _my_name() -> str:
    name = str(process.current_process().name)
    if threading.current_thread().name != "MainThread":
        name += "|" + threading.current_thread().name
    return name
