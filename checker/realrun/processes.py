"""Which processes of a real run are there, whether they are blocked, and how to end them all.

A run's processes are known by its session, by descent, and by a marker in their environment: the last finds those
that made a session of their own and whose parent has ended. All of it is read from /proc. Without /proc (macOS) only
the process group is known, nobody can be seen blocked, and a process that left the group is not found; untested.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

MARKER = "DEADLOCK_LAB_RUN"

_PROC = Path("/proc")
_TRACKER = b"multiprocessing.resource_tracker"
_TRACKER_GRACE_S = 1.0
_KILL_LIMIT_S = 5.0
_ENDED = frozenset("ZX")
_ASLEEP = frozenset("STtI")


class ProcessRow(NamedTuple):
    """One line of the process table: session, parent, state letter, start time in clock ticks since boot."""

    pid: int
    parent: int
    session: int
    state: str
    started: int


class Look(NamedTuple):
    """What was seen of the threads of a run's processes at one moment.

    `activity` maps (process, thread) to a count that grows whenever the thread runs. `asleep` says that none ran or
    was about to, `timed` that one only sleeps by the clock: it goes on by itself, however long that takes.
    """

    activity: Mapping[tuple[int, int], str]
    asleep: bool
    timed: bool


def can_look() -> bool:
    """Whether this system shows the states of processes."""
    return (_PROC / "self" / "stat").exists()


def of_run(marker: str, leader: int | None) -> list[int]:
    """The pids of a run's processes that have not ended, without multiprocessing's own resource tracker."""
    return [pid for pid in _all_of_run(marker, leader) if not _is_tracker(pid)]


def look(pids: list[int]) -> Look:
    """Sees what each thread of the given processes is doing."""
    activity: dict[tuple[int, int], str] = {}
    asleep, timed = True, False
    for pid in pids:
        with suppress(OSError):
            for thread in os.listdir(_PROC / str(pid) / "task"):
                folder = _PROC / str(pid) / "task" / thread
                row = _row(folder, pid)
                if row is None or row.state in _ENDED:
                    continue
                activity[pid, int(thread)] = _switches(folder)
                asleep = asleep and row.state in _ASLEEP
                timed = timed or b"nanosleep" in _read(folder / "wchan")
    return Look(activity, asleep and bool(activity), timed)


def end_all(marker: str, leader: int | None) -> bool:
    """Kills every process of a run; returns whether none is left.

    The resource tracker goes last and by itself: it removes the named semaphores and shared memory of the others.
    """
    if sys.platform == "win32":  # untested
        if leader is not None:
            os.system(f"taskkill /F /T /PID {leader} >NUL 2>&1")
        return True
    if not can_look():
        _kill_group(leader)
        return True
    deadline = time.monotonic() + _KILL_LIMIT_S
    while others := of_run(marker, leader):
        if time.monotonic() > deadline:
            return False
        late = time.monotonic() > deadline - _KILL_LIMIT_S / 2
        if late or not any(map(_is_tracker, _all_of_run(marker, leader))):
            _kill_group(leader)  # all at once: nobody can fork away in between
        for pid in others:
            _kill(pid)
        time.sleep(0.002)
    _await_none(lambda: _all_of_run(marker, leader), _TRACKER_GRACE_S)
    for pid in _all_of_run(marker, leader):
        _kill(pid)
    return _await_none(lambda: _all_of_run(marker, leader), _KILL_LIMIT_S)


def _await_none(find: Callable[[], list[int]], limit_s: float) -> bool:
    deadline = time.monotonic() + limit_s
    while find():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def _all_of_run(marker: str, leader: int | None) -> list[int]:
    wanted = f"{MARKER}={marker}".encode()
    rows = {row.pid: row for row in _table() if row.pid != os.getpid()}
    found = {
        pid
        for pid, row in rows.items()
        if (leader is not None and leader in (pid, row.session))
        or wanted in _read(_PROC / str(pid) / "environ").split(b"\0")
    }
    grown = True
    while grown:
        children = {pid for pid, row in rows.items() if row.parent in found} - found
        found |= children
        grown = bool(children)
    return sorted(pid for pid in found if rows[pid].state not in _ENDED)


def _table() -> list[ProcessRow]:
    rows = (_row(_PROC / name, int(name)) for name in os.listdir(_PROC) if name.isdigit())
    return [row for row in rows if row is not None]


def _row(folder: Path, pid: int) -> ProcessRow | None:
    text = _read(folder / "stat").decode(errors="replace")
    fields = text.rpartition(")")[2].split()  # the name in parentheses may hold anything
    if len(fields) < 20:
        return None
    return ProcessRow(pid, int(fields[1]), int(fields[3]), fields[0], int(fields[19]))


def _switches(folder: Path) -> str:
    """How often the thread has been given a processor or has given it up: it cannot run without that growing."""
    lines = _read(folder / "status").decode(errors="replace").splitlines()
    return " ".join(line for line in lines if "ctxt_switches" in line)


def _is_tracker(pid: int) -> bool:
    return _TRACKER in _read(_PROC / str(pid) / "cmdline")


def _read(path: Path) -> bytes:
    """The file's bytes; empty where the process has ended or is not ours."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _guard() -> None:
    """The guard's own process: takes note of runs ("+marker") and their ends ("-marker") until the checker is gone."""
    markers: set[str] = set()
    for line in sys.stdin:
        sign, marker = line[:1], line[1:].strip()
        markers.add(marker) if sign == "+" else markers.discard(marker)
    for marker in markers:
        end_all(marker, None)


def _kill(pid: int) -> None:
    with suppress(OSError):
        os.kill(pid, signal.SIGKILL)


def _kill_group(leader: int | None) -> None:
    if leader is not None and sys.platform != "win32":
        with suppress(OSError):
            os.killpg(leader, signal.SIGKILL)


if __name__ == "__main__":
    _guard()
