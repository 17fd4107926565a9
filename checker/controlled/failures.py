"""The exceptions that the judge names, as the standard library raises them. Runs in a worker process."""

from __future__ import annotations

import builtins
import queue
import re

_OS_ERROR = re.compile(r"\[Errno (\d+)\] (.*)", re.DOTALL)


def exception(name: str, text: str) -> BaseException:
    """The exception of the type `name` with the text `text`."""
    if name in ("Empty", "queue.Empty"):
        return queue.Empty()
    if name in ("Full", "queue.Full"):
        return queue.Full()
    cls = getattr(builtins, name, None)
    if not (isinstance(cls, type) and issubclass(cls, BaseException)):
        return RuntimeError(f"{name}: {text}")
    parts = _OS_ERROR.fullmatch(text) if issubclass(cls, OSError) else None
    if parts:
        return cls(int(parts[1]), parts[2])
    return cls(text) if text else cls()
