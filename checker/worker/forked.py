"""What a forked child of the program does, from its first moment to its end. Runs in a worker process.

It has its parent's memory and stands on its parent's stack. It waits until the judge lets it begin, becomes a process
of its own, and ends without ever going back there, as CPython's `popen_fork` has it.
"""

from __future__ import annotations

import atexit
import os
import sys
from typing import Any, NoReturn

from checker.controlled import at_fork, exiting, frames, lifetimes, process, reliance, system, uncaught
from checker.controlled.conversation import CONVERSATION
from checker.worker import draws, limits, ties

_exit_now = os._exit


def become(fd: int, process_obj: Any) -> NoReturn:
    """Runs `process_obj` as a process that talks with the judge on `fd`."""
    try:
        channel = ties.channel_on(fd)
        message, _ = channel.receive()
        _begin(channel, message[1])
        code, text = _run(process_obj)
        draws.tell()
        CONVERSATION.leave((code & 0xFF, uncaught.cut(text), False, None), spoiled=True)
    except (OSError, EOFError):
        pass  # the judge is gone, or wants it no more
    except BaseException:
        ties.report_own_bug()
    finally:
        _exit_now(1)


def _begin(channel: Any, fields: dict[str, Any]) -> None:
    """Makes this process what `fields` describe; the rest is as its parent left it."""
    limits.begin_forked()
    path, loops = fields["path"], CONVERSATION.places.loops
    CONVERSATION.begin(channel, path, fields["file"], posting=fields["posting"], image=CONVERSATION.image)
    CONVERSATION.places.loops = loops
    exiting.begin()
    reliance.begin()
    lifetimes.begin()
    system.begin_forked(fields["pid"], fields["parent_pid"])
    process.begin_forked()
    draws.begin(f"{fields['seed']}/{path}")
    limits.watch(fields["cpu_limit_s"])
    at_fork.run_in_child()


def _run(process_obj: Any) -> tuple[int, str | None]:
    """Runs the process; returns its exit code and the text of its uncaught exception, if any."""
    has_exit_handlers = sys.version_info >= (3, 13)
    if has_exit_handlers:
        atexit._clear()
        exiting.register()
    code, text = 1, None
    try:
        at_fork.mend_all()
        code, text = process_obj._bootstrap()
    except BaseException:  # nothing is said of it, see `Popen._launch`
        code = 1
    failed = exiting.run_exit_functions() if has_exit_handlers else None
    return (1, failed) if failed is not None and code == 0 else (code, text)


frames.begin_with(become.__code__)
