"""Files: not controlled yet, but never reached too early. Runs in a worker process.

What a process does to files is seen by the others. So before it first does anything to one, all that it has posted is
granted, and from then on it posts no more: its accesses to files come just where they stand between its operations.
"""

from __future__ import annotations

import builtins
import functools
import io
import os
from collections.abc import Callable
from typing import Any

from checker.controlled.conversation import CONVERSATION


def _settled(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def in_turn(*args: Any, **kwargs: Any) -> Any:
        CONVERSATION.settle()
        return function(*args, **kwargs)

    return in_turn


_OF_OS = (
    "access chmod link listdir lstat makedirs mkdir mkfifo open readlink remove removedirs rename renames replace "
    "rmdir scandir stat symlink truncate unlink utime walk"
)
_open = _settled(io.open)

PATCHES: list[tuple[Any, str, Any]] = [
    (builtins, "open", _open),
    (io, "open", _open),
    *((os, name, _settled(getattr(os, name))) for name in _OF_OS.split() if hasattr(os, name)),
]
