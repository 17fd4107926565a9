"""The wrappers that take a lock round each access to shared memory. Runs in a worker process.

Where the lock is a Lock or RLock that the memory was created with, the judge takes it and gives it back in the one step
that reads or writes (`guarded`). Any other lock is acquired and released by operations of its own.
"""

from __future__ import annotations

from typing import Any, NoReturn

from checker.controlled import context, sharedctypes
from checker.controlled.conversation import refuse


class _Open:
    """Stands for the lock of a guarded access, which the judge takes."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, *args: object) -> None:
        pass


_OPEN = _Open()


class SynchronizedBase:
    """Memory with its lock."""

    def __init__(self, obj: Any, lock: Any, guarded: bool) -> None:  # noqa: FBT001 - pickled by position
        self._memory = obj
        self._lock = lock
        self._guarded = guarded
        self._around = _OPEN if guarded else self
        self.acquire = lock.acquire
        self.release = lock.release

    def __enter__(self) -> Any:
        return self._lock.__enter__()

    def __exit__(self, *args: Any) -> Any:
        return self._lock.__exit__(*args)

    def __reduce__(self) -> Any:
        context.assert_spawning(self)
        return type(self), (self._memory, self._lock, self._guarded)

    def get_obj(self) -> NoReturn:
        refuse("uncontrolled", "the memory behind get_obj() is not controlled yet")

    def get_lock(self) -> Any:
        return self._lock

    def __repr__(self) -> str:
        return f"<{type(self).__name__} wrapper for {self._memory}>"


class Synchronized(SynchronizedBase):
    """One element with its lock. Programs do little else, so it goes without the context where that does nothing."""

    @property
    def value(self) -> Any:
        if self._guarded:
            return self._memory.value
        with self:
            return self._memory.value

    @value.setter
    def value(self, value: Any) -> None:
        if self._guarded:
            self._memory.value = value
        else:
            with self:
                self._memory.value = value


class SynchronizedArray(SynchronizedBase):
    """A row of elements with its lock."""

    def __len__(self) -> int:
        return len(self._memory)

    def __getitem__(self, i: Any) -> Any:
        with self._around:
            return self._memory[i]

    def __setitem__(self, i: Any, value: Any) -> None:
        with self._around:
            self._memory[i] = value


class SynchronizedString(SynchronizedArray):
    """A row of c_char with its lock."""

    @property
    def value(self) -> Any:
        with self._around:
            return self._memory.value

    @value.setter
    def value(self, value: Any) -> None:
        with self._around:
            self._memory.value = value

    @property
    def raw(self) -> Any:
        with self._around:
            return self._memory.raw

    @raw.setter
    def raw(self, value: Any) -> None:
        with self._around:
            self._memory.raw = value


def wrapped(raw: Any, lock: Any, *, guarded: bool) -> SynchronizedBase:
    """The wrapper for memory of this kind."""
    if isinstance(raw, sharedctypes._RawValue):
        return Synchronized(raw, lock, guarded)
    if isinstance(raw, sharedctypes._RawBytes):
        return SynchronizedString(raw, lock, guarded)
    return SynchronizedArray(raw, lock, guarded)
