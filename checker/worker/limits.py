"""Notices an endless loop: CPU time burnt without a scheduling point. Runs in a worker process.

A profiling timer ticks while the process computes, not while it waits. Each tick looks whether an operation was asked
for since the last one, so that operations themselves pay nothing.
"""

from __future__ import annotations

import os
import signal
from types import FrameType

from checker.controlled.conversation import CONVERSATION
from checker.worker import ties

_TICK_S = 0.5
_real_signal, _real_setitimer = signal.signal, getattr(signal, "setitimer", None)
_getppid, _exit_now = os.getppid, os._exit


class _Watch:
    """What the ticks remember."""

    parent_pid = 0
    limit_s = 0.0
    operations = -1
    burnt_s = 0.0


def begin(parent_pid: int) -> None:
    """Starts the timer; the worker ends when its parent is no longer `parent_pid`."""
    _Watch.parent_pid = parent_pid
    if _real_setitimer is not None:
        _real_signal(signal.SIGPROF, _tick)
        _real_setitimer(signal.ITIMER_PROF, _TICK_S, _TICK_S)


def begin_forked() -> None:
    """As `begin`, in a child that this worker has forked and the zygote has inherited: it has no timer of its own."""
    ties.die_with(_Watch.parent_pid)
    begin(_Watch.parent_pid)


def watch(limit_s: float) -> None:
    """Allows `limit_s` CPU seconds from one scheduling point to the next; 0 watches nothing."""
    _Watch.limit_s = limit_s
    _Watch.burnt_s = 0.0


def _tick(number: int, frame: FrameType | None) -> None:
    if _getppid() != _Watch.parent_pid:
        _exit_now(1)
    if CONVERSATION.operations != _Watch.operations:
        _Watch.operations = CONVERSATION.operations
        _Watch.burnt_s = 0.0
        return
    _Watch.burnt_s += _TICK_S
    if _Watch.limit_s and _Watch.burnt_s >= _Watch.limit_s:
        CONVERSATION.part("endless_loop", [])
