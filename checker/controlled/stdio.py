"""sys.stdout and sys.stderr that write to the judge's terminal, one operation for each chunk. Runs in a worker process.

The layers above the raw one are Python's own, so that a program's buffering is exactly what it is at a terminal.
"""

from __future__ import annotations

import contextlib
import io
import sys
from typing import Any

from checker.controlled.conversation import CONVERSATION, post, refuse

_MAX_CHUNK_BYTES = 256 * 1024
_BUFFER_BYTES = 1024  # the `st_blksize` of a terminal on Linux, which is what Python takes


class _Terminal(io.RawIOBase):
    """The terminal's end of one stream."""

    def __init__(self, kind: str, number: int, name: str) -> None:
        self._kind = kind
        self._number = number
        self.name = name
        self.mode = "wb"

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    def write(self, data: Any) -> int:
        chunk = bytes(data[:_MAX_CHUNK_BYTES])
        if len(data) > len(chunk):
            end = len(chunk)
            while end > len(chunk) - 4 and data[end] & 0xC0 == 0x80:  # not in the middle of a character
                end -= 1
            chunk = chunk[:end]
        if chunk and not CONVERSATION.is_silent:
            post(self._kind, None, (chunk.decode("utf-8", "backslashreplace"),))
        return len(chunk)


class _NoInput(io.TextIOBase):
    """The keyboard, which nobody sits at. Child processes find it closed, as in CPython."""

    name = "<stdin>"

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> str:
        return no_input("sys.stdin")

    def readline(self, size: int = -1) -> str:  # type: ignore[override]
        return no_input("sys.stdin")

    def fileno(self) -> int:
        return 0


def no_input(what: str) -> str:
    """What is read from the keyboard: nothing in a child process; in main it is refused."""
    if "." not in CONVERSATION.path:
        refuse("input", f"{what} waits for the keyboard, which cannot be controlled")
    return ""


def asked_input(prompt: object = "", /) -> str:
    """In place of the builtin `input`."""
    no_input("input()")
    stream = sys.stdout
    stream.write(str(prompt))
    stream.flush()
    raise EOFError("EOF when reading a line")


def _stream(kind: str, number: int, name: str, errors: str) -> io.TextIOWrapper:
    buffer = io.BufferedWriter(_Terminal(kind, number, name), _BUFFER_BYTES)
    return io.TextIOWrapper(buffer, encoding="utf-8", errors=errors, newline="\n", line_buffering=True)


def begin() -> None:
    """Gives the process fresh streams, before its conversation begins: what is left in the last one's goes nowhere."""
    sys.stdout = sys.__stdout__ = _stream("stdout.write", 1, "<stdout>", "strict")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _stream("stderr.write", 2, "<stderr>", "backslashreplace")  # type: ignore[misc]
    sys.stdin = sys.__stdin__ = _NoInput()  # type: ignore[misc, assignment]


def write_error(text: str) -> None:
    """Writes to what the program has as its sys.stderr, if anything."""
    with contextlib.suppress(AttributeError):
        stream = sys.stderr
        stream.write(text)


def write_to_descriptor(number: int, data: Any) -> int:
    """What `os.write(1, data)` or `os.write(2, data)` does: a chunk past all buffers."""
    return _Terminal("stdout.write" if number == 1 else "stderr.write", number, "").write(memoryview(data).cast("B"))
