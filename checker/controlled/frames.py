"""Requests as they are sent, each with the line of the student's file that it comes from. Runs in a worker process."""

from __future__ import annotations

from types import CodeType, FrameType
from typing import Any

from checker.wire import encoded

_id = id  # as it was before the program's own was replaced
_MAX_FRAMES = 4096
_REPEATED = frozenset(
    {"lock.acquire", "lock.release", "lock.open", "lock.unlink", "lock.value", "memory.read", "memory.write", "sleep"}
    | {"queue.get", "queue.empty", "queue.task_done", "queue.join", "queue.join_thread", "process.join", "clock"}
    | {"clock.apart"}
)
"""Operations without data that are asked for again and again; of them, equal arguments are the same on the wire (of
`memory.write` if they are integers)."""


_BOTTOMS: set[CodeType] = set()
"""The functions that a forked process began with: what lies below them on the stack is its parent's."""


def begin_with(code: CodeType) -> None:
    """Forked processes begin with this function."""
    _BOTTOMS.add(code)


def innermost(frame: FrameType | None, file: str) -> FrameType | None:
    """The innermost frame of this process from `frame` outwards that runs code of `file`."""
    while frame is not None and (code := frame.f_code).co_filename != file:
        if code in _BOTTOMS:
            return None
        frame = frame.f_back
    return frame


class Frames:
    """Makes the frames of requests, posted ones or others (see `wire`), and keeps those that will be made again."""

    __slots__ = ("_kept", "_posted")

    def __init__(self, *, posted: bool) -> None:
        self._posted = posted
        self._kept: dict[tuple[Any, ...], tuple[bytes, CodeType | None]] = {}

    def made(
        self,
        kind: str,
        obj: str | None,
        args: Any,
        data: bytes,
        news: list[list[Any]],
        caller: FrameType | None,
        place: int | None,
    ) -> bytes:
        """The frame of one request; `caller` is the student's frame that it comes from, `place` its place if known.

        Raises:
            TooLarge: the judge would not take it.
        """
        code = caller and caller.f_code
        key = None
        if kind in _REPEATED and not news and (kind != "memory.write" or type(args[1]) is int):
            # To find the line takes longer than all the rest; the place in the code says as much.
            key = (kind, obj, args, _id(code), caller and caller.f_lasti, place)
            kept = self._kept.get(key)
            if kept is not None:
                return kept[0]
        request: list[Any] = [kind, obj, args, caller and caller.f_lineno, news]
        if place is not None:
            request.append(place)
        frame = encoded(["posted", request] if self._posted else request, data)
        if key is not None:
            if len(self._kept) >= _MAX_FRAMES:
                self._kept.clear()
            self._kept[key] = (frame, code)  # with the code: no other can get its identity
        return frame
