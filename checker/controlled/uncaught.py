"""The text of an uncaught exception, without the frames that are the checker's own. Runs in a worker process."""

from __future__ import annotations

import linecache
import os
import re
import sys
import traceback

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep

_MAX_CHARS = 100_000
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+>")
_TELLS_ADDRESSES = sys.version_info >= (3, 14)
"""Since then the pickler names a local function with its address, which is another one in each process."""


def cut(text: str | None) -> str | None:
    """A traceback without its middle where it is too long to be told."""
    if text is None or len(text) <= _MAX_CHARS:
        return text
    return f"{text[: _MAX_CHARS // 2]}\n[...]\n{text[-_MAX_CHARS // 2 :]}"


def text_of(error: BaseException) -> str:
    """What `traceback.print_exc()` prints for `error`, as if the checker were part of the interpreter."""
    linecache.checkcache()
    told = traceback.TracebackException(type(error), error, error.__traceback__, compact=True)
    _hide(told)
    return repeatable("".join(told.format()))


def repeatable(text: str) -> str:
    """The text of an exception without what is another in each process, where Python puts that in by itself."""
    return _ADDRESS.sub(" at 0x...>", text) if _TELLS_ADDRESSES else text


def _hide(told: traceback.TracebackException) -> None:
    kept = [frame for frame in told.stack if not frame.filename.startswith(_OURS)]
    told.stack = traceback.StackSummary.from_list(kept) if not kept else _summary(kept)
    for other in (told.__cause__, told.__context__, *(getattr(told, "exceptions", None) or ())):
        if other is not None:
            _hide(other)


def _summary(frames: list[traceback.FrameSummary]) -> traceback.StackSummary:
    summary = traceback.StackSummary()
    summary.extend(frames)  # not from_list: it would drop the columns that the carets stand under
    return summary
