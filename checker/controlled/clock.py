"""Time as the student's code sees it: virtual, one operation for each look at it. Runs in a worker process.

`datetime` reads the real clock: its C code cannot be replaced one function at a time. CPU time (`process_time`) goes on
by a microsecond with each look at it.
"""

from __future__ import annotations

import functools
import math
import os
import time
from sys import _getframe
from types import FrameType
from typing import Any

from checker.controlled.conversation import CONVERSATION, ask, post

EPOCH_S = 1_600_000_000
"""What `time.time()` says when the program begins: seconds since 1970."""

_real_localtime, _real_gmtime = time.localtime, time.gmtime
_real_ctime, _real_asctime, _real_strftime = time.ctime, time.asctime, time.strftime
_CIVIL_CLOCKS = {getattr(time, name, None) for name in ("CLOCK_REALTIME", "CLOCK_TAI")}
_CPU_CLOCKS = {getattr(time, name, None) for name in ("CLOCK_PROCESS_CPUTIME_ID", "CLOCK_THREAD_CPUTIME_ID")}
_HOMES = tuple(f"{os.path.dirname(os.path.abspath(path))}{os.sep}" for path in (os.__file__, os.path.dirname(__file__)))
"""The folders of Python's own library, and of the checker's packages."""
_LONGEST_S = 2**63 / 1e9


class _Looks:
    """How often a library of this process has looked at the time, or anybody at its CPU time."""

    count = 0


def begin() -> None:
    """Forgets the last task."""
    _Looks.count = 0


CONVERSATION.places.carry(lambda: [_Looks.count])  # the next look says something else


def _now_s(caller: FrameType) -> float:
    """Virtual seconds since the program began, as `caller` sees them.

    What the program itself notes it may compare with what others note: then it matters who looks first; and so does
    what its modules and packages note for it. Python's own library (logging, say) looks for itself alone.
    """
    file = caller.f_code.co_filename
    if file == CONVERSATION.file or not _is_pythons(file):
        return ask("clock")[0]  # type: ignore[no-any-return]
    return ask("clock.apart")[0] + _own_ticks_ns() / 1e9  # type: ignore[no-any-return]


@functools.lru_cache(maxsize=256)
def _is_pythons(file: str) -> bool:
    installed = f"{os.sep}site-packages{os.sep}" in file or f"{os.sep}dist-packages{os.sep}" in file
    return file.startswith(("<frozen ", *_HOMES)) and not installed


def _own_ticks_ns() -> int:
    _Looks.count += 1
    return _Looks.count * 1000


def sleep(seconds: Any, /) -> None:
    """Delay execution for a given number of virtual seconds."""
    if not hasattr(seconds, "__index__") and not hasattr(seconds, "__float__"):
        raise TypeError(f"'{type(seconds).__name__}' object cannot be interpreted as an integer")
    value = float(seconds)
    if math.isnan(value):
        raise ValueError("Invalid value NaN (not a number)")
    if value < 0:
        raise ValueError("sleep length must be non-negative")
    if value > _LONGEST_S:
        raise OverflowError("timestamp too large to convert to C PyTime_t")
    post("sleep", None, (value,))


def seconds_since_1970() -> float:
    """Return the current virtual time in seconds since the Epoch."""
    return _civil_s(_getframe(1))


def seconds_since_begin() -> float:
    """Virtual seconds since the program began; it never goes back."""
    return _now_s(_getframe(1))


def nanoseconds_since_1970() -> int:
    """Return the current virtual time in nanoseconds since the Epoch."""
    return EPOCH_S * 1_000_000_000 + round(_now_s(_getframe(1)) * 1e9)


def nanoseconds_since_begin() -> int:
    """Virtual nanoseconds since the program began."""
    return round(_now_s(_getframe(1)) * 1e9)


def seconds_of(clk_id: int, /) -> float:
    """Return the virtual time of the clock `clk_id`."""
    return _nanoseconds_of(clk_id, _getframe(1)) / 1e9


def nanoseconds_of(clk_id: int, /) -> int:
    """Return the virtual time of the clock `clk_id` as nanoseconds."""
    return _nanoseconds_of(clk_id, _getframe(1))


def _nanoseconds_of(clk_id: int, caller: FrameType) -> int:
    if clk_id in _CPU_CLOCKS:
        return cpu_nanoseconds()
    return (EPOCH_S * 1_000_000_000 if clk_id in _CIVIL_CLOCKS else 0) + round(_now_s(caller) * 1e9)


def cpu_seconds() -> float:
    """Return the virtual CPU time of this process."""
    return cpu_nanoseconds() / 1e9


def cpu_nanoseconds() -> int:
    """Return the virtual CPU time of this process as nanoseconds."""
    ask("clock.apart")  # so that it is known that the program looks at a clock
    return _own_ticks_ns()


def _civil_s(caller: FrameType) -> float:
    return EPOCH_S + _now_s(caller)


def localtime(seconds: float | None = None, /) -> time.struct_time:
    return _real_localtime(_civil_s(_getframe(1)) if seconds is None else seconds)


def gmtime(seconds: float | None = None, /) -> time.struct_time:
    return _real_gmtime(_civil_s(_getframe(1)) if seconds is None else seconds)


def ctime(seconds: float | None = None, /) -> str:
    return _real_ctime(_civil_s(_getframe(1)) if seconds is None else seconds)


def asctime(t: Any = None, /) -> str:
    return _real_asctime(_real_localtime(_civil_s(_getframe(1))) if t is None else t)


def strftime(format: str, t: Any = None, /) -> str:
    return _real_strftime(format, _real_localtime(_civil_s(_getframe(1))) if t is None else t)


PATCHES: list[tuple[Any, str, Any]] = [
    (time, "sleep", sleep),
    (time, "time", seconds_since_1970),
    (time, "time_ns", nanoseconds_since_1970),
    (time, "monotonic", seconds_since_begin),
    (time, "monotonic_ns", nanoseconds_since_begin),
    (time, "perf_counter", seconds_since_begin),
    (time, "perf_counter_ns", nanoseconds_since_begin),
    (time, "clock_gettime", seconds_of),
    (time, "clock_gettime_ns", nanoseconds_of),
    (time, "process_time", cpu_seconds),
    (time, "process_time_ns", cpu_nanoseconds),
    (time, "thread_time", cpu_seconds),
    (time, "thread_time_ns", cpu_nanoseconds),
    (time, "localtime", localtime),
    (time, "gmtime", gmtime),
    (time, "ctime", ctime),
    (time, "asctime", asctime),
    (time, "strftime", strftime),
]
