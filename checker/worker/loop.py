"""A worker's life: one task after the other from the judge, scrubbed in between. Runs in a worker process.

Forked by the zygote (`become_worker`, then `serve` in the child) or executed by itself (`main`).
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from typing import NoReturn

from checker.controlled import install
from checker.worker import limits, scrub, task, ties

_TASKS_PER_COLLECTION = 50
_exit_now, _real_signal, _getppid, _dup2 = os._exit, signal.signal, os.getppid, os.dup2
_setsid = getattr(os, "setsid", lambda: None)


def main(fd: int) -> NoReturn:
    """Serves tasks on the socket `fd` until it ends; for systems without fork."""
    status = 1
    try:
        serve(fd, become_worker(), parent_pid=_getppid())
    except BaseException:
        ties.report_own_bug()
    finally:
        _exit_now(status)


def become_worker() -> scrub.Baseline:
    """Puts the controlled library in place and makes the machine quiet; what programs need is imported already."""
    _real_signal(signal.SIGINT, signal.SIG_IGN)
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    sys.path[:] = [entry for entry in sys.path if entry != root]
    sys.modules["checker"].__path__ = []  # the program finds nothing more of the checker
    install.install()
    null = os.open(os.devnull, os.O_RDWR)
    _dup2(2, ties.DEBUG_FD, inheritable=False)
    for number in (0, 1, 2):
        _dup2(null, number)
    os.close(null)
    baseline = scrub.Baseline()
    gc.disable()
    gc.collect()
    gc.freeze()
    return baseline


def serve(fd: int, baseline: scrub.Baseline, parent_pid: int) -> NoReturn:
    """Runs one task after the other until the judge is gone."""
    with contextlib.suppress(OSError):
        _setsid()
    ties.die_with(parent_pid)
    channel = ties.channel_on(fd)
    limits.begin(parent_pid)
    baseline.look_at_descriptors()
    done = 0
    while True:
        try:
            message, data = channel.receive()
        except (OSError, EOFError):
            _exit_now(0)
        task.run(channel, message[1], data, baseline)
        baseline.restore()
        done += 1
        if done % _TASKS_PER_COLLECTION == 0:
            gc.collect()
