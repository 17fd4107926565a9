"""Files: not controlled yet, but never reached too early. Runs in a worker process.

What a process does to files is seen by the others. So before it first does anything to one, all that it has posted is
granted, and from then on it posts no more: its accesses to files come just where they stand between its operations.
What goes past the functions replaced here, and raises no audit event either, is the exception.
"""

from __future__ import annotations

import builtins
import functools
import io
import os
import sys
from collections.abc import Callable
from typing import Any

from checker.controlled.conversation import CONVERSATION

bz2: Any
try:
    import bz2
except ImportError:  # not every Python is built with it
    bz2 = None


def _settled(function: Callable[..., Any], module: str) -> Callable[..., Any]:
    @functools.wraps(function)
    def in_turn(*args: Any, **kwargs: Any) -> Any:
        CONVERSATION.settle()
        return function(*args, **kwargs)

    in_turn.__module__ = module  # where it is found when it is pickled
    for capable in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids):
        if function in capable:
            capable.add(in_turn)
    return in_turn


_OF_OS = (
    "access chdir chmod chown getxattr lchown link listdir listxattr lstat makedirs mkdir mkfifo mknod open pathconf "
    "readlink remove removedirs removexattr rename renames replace rmdir scandir setxattr stat statvfs symlink "
    "truncate unlink utime walk"
)
_EVENTS = frozenset({"sqlite3.connect", "mmap.__new__", "ctypes.dlopen", "ctypes.dlsym"})
_open = _settled(io.open, "io")

PATCHES: list[tuple[Any, str, Any]] = [
    (builtins, "open", _open),
    (io, "open", _open),
    (bz2, "_builtin_open", _open),
    *((os, name, _settled(getattr(os, name), "os")) for name in _OF_OS.split() if hasattr(os, name)),
]


def _look(event: str, args: Any) -> None:
    """Sees what code in C is about to do."""
    if event in _EVENTS:
        CONVERSATION.settle()
    elif event == "import":
        CONVERSATION.settle(for_good=False)


def watch() -> None:
    """Begins to settle at audit events, in this process and those forked from it."""
    sys.addaudithook(_look)
