"""The processors, and on which of them a process may run: virtual, the same on every machine. Runs in a worker process.

Which one somebody runs on decides nothing here. The worker stays where the checker has put it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from operator import index
from typing import Any, NoReturn

from checker.controlled.conversation import refuse

COUNT = 4
"""What every program is told, so that it does the same on every machine."""


class _State:
    """The processors that this process may run on."""

    allowed = frozenset(range(COUNT))


def begin(allowed: Iterable[int] = range(COUNT)) -> None:
    """Allows the next task these: all, or what its parent may run on."""
    _State.allowed = frozenset(allowed)


def chosen() -> list[int]:
    """Those that this process may run on, if it has chosen among them; a new process begins with the same."""
    return sorted(_State.allowed) if len(_State.allowed) < COUNT else []


def count() -> int:
    """Return the number of CPUs."""
    return COUNT


def usable_count() -> int:
    """Return the number of CPUs that this process may run on."""
    return len(_State.allowed)


def getaffinity(pid: int, /) -> set[int]:
    """Return the affinity of the process identified by pid (or the current process if zero)."""
    _demand_own(pid, "sched_getaffinity")
    return set(_State.allowed)


def setaffinity(pid: int, mask: Iterable[int], /) -> None:
    """Set the CPU affinity of the process identified by pid to mask."""
    _demand_own(pid, "sched_setaffinity")
    wanted = [index(number) for number in mask]
    if any(number < 0 for number in wanted):
        raise ValueError("negative CPU number")
    allowed = frozenset(wanted) & frozenset(range(COUNT))
    if not allowed:
        raise OSError(22, "Invalid argument")
    _State.allowed = allowed


def _of_own(name: str) -> Callable[[int], Any]:
    """The function of `os` for this process alone, which it may name by its number or by 0."""
    real: Callable[[int], Any] = getattr(os, name)

    def function(pid: int, /) -> Any:
        _demand_own(pid, name)
        return real(0)

    function.__name__ = function.__qualname__ = name
    return function


def _refused(name: str) -> Callable[..., NoReturn]:
    def function(*args: object, **kwargs: object) -> NoReturn:
        refuse("uncontrolled", f"os.{name} is not controlled")

    function.__name__ = function.__qualname__ = name
    return function


def _demand_own(pid: int, name: str) -> None:
    if index(pid) not in (0, os.getpid()):
        refuse("uncontrolled", f"os.{name} of another process is not controlled")


_LOOKS = ("sched_getparam", "sched_getscheduler", "sched_rr_get_interval")

PATCHES: list[tuple[Any, str, Any]] = [
    (os, "cpu_count", count),
    (os, "process_cpu_count", usable_count),
    (os, "sched_getaffinity", getaffinity),
    (os, "sched_setaffinity", setaffinity),
    *((os, name, _of_own(name)) for name in _LOOKS if hasattr(os, name)),
    *((os, name, _refused(name)) for name in ("sched_setparam", "sched_setscheduler")),
]
