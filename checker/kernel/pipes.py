"""The pipe under every queue: whole messages in order, and the capacity that makes a writer wait.

    cell (pipe, "tail")     (messages written, pages they would fill if nobody read, bytes in the last of these pages)
    cell (pipe, "message", k)   the k-th message, from 0
    cell (pipe, "head")     messages read
    cell (pipe, "partial")  (number, process) of the message of which a part is written, and who writes it

Linux gives a pipe 16 pages of 4096 bytes; a write that does not fit into the rest of the last page starts a new one, so
between 48 and 64 KiB fit (fs/pipe.c, `pipe_write`). As long as all that was ever written would fit without any
reading, a writer cannot block whatever the readers do, and its footprint leaves them out. A message that does not fit,
or whose length is written by itself, is seen by readers at once (its first bytes are there) while the writer goes on; a
reader who began with it waits for ever if the writer dies.

Linux gives a page back when all in it has been read; here each message gives back its own bytes. Where a writer finds
room for that reason, it relies on it (`Reliance.ROOM`).
"""

from __future__ import annotations

from typing import Any

from checker.kernel.cells import View
from checker.trace import Reliance

PAGE_BYTES = 4096
PIPE_PAGES = 16
SEPARATE_HEADER_BYTES = 16384
"""`multiprocessing.connection` writes the 4-byte length by itself in front of anything longer than this."""


def _pages_after(pages: int, fill: int, size: int) -> tuple[int, int]:
    """Pages in use, and bytes in the last, after one write of `size` bytes."""
    rest = size % PAGE_BYTES
    if pages and rest and fill + rest <= PAGE_BYTES:
        fill += rest
        size -= rest
    if size:
        new = -(-size // PAGE_BYTES)
        pages += new
        fill = size - (new - 1) * PAGE_BYTES
    return pages, fill


def _message_pages(pages: int, fill: int, payload_bytes: int) -> tuple[int, int]:
    if payload_bytes > SEPARATE_HEADER_BYTES:
        pages, fill = _pages_after(pages, fill, 4)
        return _pages_after(pages, fill, payload_bytes)
    return _pages_after(pages, fill, payload_bytes + 4)


def write(view: View, pipe: str, payload: bytes, process: str) -> int | None:
    """Writes a message of `process`, at least its first bytes; returns its number if `finish` has to follow."""
    count: int
    count, pages, fill = view.get((pipe, "tail"), (0, 0, 0))
    pages, fill = _message_pages(pages, fill, len(payload))
    pages = min(pages, PIPE_PAGES + 1)
    view.set((pipe, "tail"), (count + 1, pages, fill))
    view.set((pipe, "message", count), payload)
    if len(payload) <= SEPARATE_HEADER_BYTES and (pages <= PIPE_PAGES or _fits(view, pipe, count)):
        return None
    view.set((pipe, "partial"), (count, process))
    return count


def finish(view: View, pipe: str, number: int) -> bool:
    """Writes the rest of message `number`, if it fits or has been read; returns whether that was possible."""
    _, pages, _ = view.get((pipe, "tail"))
    if pages > PIPE_PAGES and not _fits(view, pipe, number):
        return False
    view.set((pipe, "partial"), None)
    return True


def _fits(view: View, pipe: str, number: int) -> bool:
    """Whether message `number` has room behind what is unread before it, or has been read."""
    head = view.get((pipe, "head"), 0)
    if head > number:
        return True
    if head:  # the page in which the unread ones begin may hold some that are read, too
        view.rely(Reliance.ROOM)
    pages, fill = 0, 0
    for k in range(head, number + 1):
        pages, fill = _message_pages(pages, fill, len(view.get((pipe, "message", k))))
    return pages <= PIPE_PAGES


def is_broken(view: View, pipe: str) -> bool:
    """Whether the first message is one whose writer died in the middle of it: its reader waits for ever."""
    partial: tuple[int, str] | None = view.get((pipe, "partial"))
    if partial is None or partial[0] != view.get((pipe, "head"), 0):
        return False
    return type(view.get(("life", partial[1]))) is int


def first_message(view: View, pipe: str) -> Any:
    """The next message to read, or None where nothing is there."""
    return view.get((pipe, "message", view.get((pipe, "head"), 0)))


def read(view: View, pipe: str) -> bytes | None:
    """Takes the next message out, or returns None where nothing is there."""
    head = view.get((pipe, "head"), 0)
    message: bytes | None = view.get((pipe, "message", head))
    if message is not None:
        view.set((pipe, "head"), head + 1)
    return message
