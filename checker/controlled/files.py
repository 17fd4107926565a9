"""Files: not controlled yet, but never reached too early, and never relied upon unnoticed. Runs in a worker process.

What a process does to files is seen by the others. So before it first does anything to one, all that it has posted is
granted, and from then on it posts no more: its accesses to files come just where they stand between its operations.
What goes past the functions replaced here, and raises no audit event either, is the exception.

Its accesses are no scheduling points, so that not all their orders are tried: a program that writes files is never
proved.
"""

from __future__ import annotations

import builtins
import functools
import io
import os
import sys
from collections.abc import Callable
from sys import _getframe
from typing import Any

from checker.controlled import folder
from checker.controlled.conversation import CONVERSATION, refuse
from checker.controlled.reliance import rely

bz2: Any
try:
    import bz2
except ImportError:  # not every Python is built with it
    bz2 = None
fcntl: Any
try:
    import fcntl
except ImportError:  # nor has every system such locks
    fcntl = None


def _settled(function: Callable[..., Any], module: str) -> Callable[..., Any]:
    @functools.wraps(function)
    def in_turn(*args: Any, **kwargs: Any) -> Any:
        CONVERSATION.settle()
        path = args[0] if args else kwargs.get("path", kwargs.get("file", "."))
        folder.looking_at_process(path, lists=function.__name__ in _LISTING)
        if CONVERSATION.is_script:
            folder.looking_for(path)
        if function.__name__ in _MAKING:
            folder.changing(path)
            rely("files")
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
_LISTING = frozenset({"listdir", "scandir", "walk"})
_MAKING = frozenset({"mkfifo", "mknod"})
"""Of these the audit hook below hears nothing."""
_EVENTS = frozenset({"sqlite3.connect", "mmap.__new__", "ctypes.dlopen", "ctypes.dlsym"})
_CHANGING = frozenset(
    {"sqlite3.connect", "mmap.__new__", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink"}
    | {"os.truncate", "os.utime", "os.chmod", "os.chown", "os.setxattr", "os.removexattr"}
)
_LOCKING = frozenset({"fcntl.flock", "fcntl.lockf", "fcntl.fcntl with a lock"})
_LOCKS = frozenset(
    getattr(fcntl, f"F_{name}", None)
    for name in ("SETLK", "SETLKW", "SETLK64", "SETLKW64", "OFD_SETLK", "OFD_SETLKW", "GETLK", "GETLK64", "OFD_GETLK")
)
_ABOUT_TWO = frozenset({"os.link", "os.rename"})
_WATCHED = _EVENTS | _CHANGING | _LOCKING | {"import", "open", "fcntl.fcntl"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_OWN_STREAM = "a stream of its own on the terminal is not controlled yet"
_TERMINALS = frozenset(
    f"/{place}/{name}" for place in ("dev", "dev/fd", "proc/self/fd") for name in ("stdout", "stderr", "tty", "1", "2")
)


def _off_the_terminal(function: Callable[..., Any], module: str) -> Callable[..., Any]:
    """Refuses a stream of the program's own on descriptor 1 or 2, which are the terminal's in name only."""

    @functools.wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        named = [kwargs[name] for name in ("file", "fd", "fd2") if name in kwargs]
        if any(type(number) is int and number in (1, 2) for number in (*args[:2], *named)):
            refuse("uncontrolled", _OWN_STREAM)
        return function(*args, **kwargs)

    guarded.__module__ = module
    return guarded


_open = _off_the_terminal(_settled(io.open, "io"), "io")


PATCHES: list[tuple[Any, str, Any]] = [
    (builtins, "open", _open),
    (io, "open", _open),
    (bz2, "_builtin_open", _open),
    *((os, name, _off_the_terminal(getattr(os, name), "os")) for name in ("dup", "dup2") if hasattr(os, name)),
    *((os, name, _settled(getattr(os, name), "os")) for name in _OF_OS.split() if hasattr(os, name)),
]


def _look(event: str, args: Any) -> None:
    """Sees what code in C is about to do."""
    if event not in _WATCHED:  # most are not, and there is one for each operation
        return
    if event == "open":
        path, _, flags = args
        CONVERSATION.settle(for_good=_getframe(1).f_code.co_filename == CONVERSATION.file)
        if flags & _WRITING and path in _TERMINALS:
            refuse("uncontrolled", _OWN_STREAM)
        if flags & _WRITING and path != os.devnull:
            folder.writing(path)
            rely("files")
        return
    if event == "mmap.__new__" and CONVERSATION.is_script:
        refuse("uncontrolled", "mmap.mmap is not controlled")
    if event == "fcntl.fcntl" and args[1] in _LOCKS:
        event = "fcntl.fcntl with a lock"
    if event in _LOCKING:  # others get it or not, by an order that nobody decides
        refuse("uncontrolled", f"{event} is not controlled")
    if event in _EVENTS:
        CONVERSATION.settle()
        if CONVERSATION.is_script and event.startswith("ctypes."):
            rely("native")
    elif event == "import":
        CONVERSATION.settle(for_good=False)
    if event in _CHANGING:
        for path in args[:1] if event not in _ABOUT_TWO else args[:2]:
            folder.changing(path)
        rely("files")


def watch() -> None:
    """Begins to settle at audit events, in this process and those forked from it."""
    sys.addaudithook(_look)
