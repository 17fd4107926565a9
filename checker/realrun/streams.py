"""What a real run prints and reports: a terminal for stdout, pipes for stderr and the result, all read up to a bound.

    driver's stdout   pseudo-terminal   so that Python buffers line by line, as a student sees it
    driver's stderr   pipe
    result            pipe, its number is given to the driver

Windows has no pseudo-terminals, passes on no descriptors, and cannot wait for pipes: there all three are files in a
folder of their own, read as they grow, and stdout is buffered in blocks. Untested.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import termios

_PIECE_BYTES = 65536


class Stream:
    """One stream out of a run: what has been read so far, and where the rest comes from."""

    def __init__(self, ours: int, theirs: int) -> None:
        self.ours = ours
        self.theirs = theirs
        self.ended = False
        self._pieces: list[bytes] = []
        self.size = 0

    def read(self, limit_bytes: int) -> None:
        """Takes what is there now, without waiting, and no more than is needed to see that the limit is passed."""
        while not self.ended and self.size <= limit_bytes:
            try:
                piece = os.read(self.ours, _PIECE_BYTES)
            except BlockingIOError:
                return
            except OSError:  # a terminal that nobody holds open any more reads as an error
                piece = b""
            if not piece:
                self.ended = sys.platform != "win32"  # a file's end is only its end so far
                return
            self._pieces.append(piece)
            self.size += len(piece)

    def text(self, limit_bytes: int) -> str:
        """What was read, up to the limit."""
        return b"".join(self._pieces)[:limit_bytes].decode(errors="replace")

    def close_theirs(self) -> None:
        """Closes our copy of the run's end: it must hold the only ones, or the end would never be seen."""
        if self.theirs >= 0:
            os.close(self.theirs)
            self.theirs = -1

    def close(self) -> None:
        self.close_theirs()
        if self.ours >= 0:
            os.close(self.ours)
            self.ours = -1


class Streams:
    """The three streams of one run.

    Raises:
        OSError: no descriptor is left.
    """

    def __init__(self) -> None:
        self._opened: list[Stream] = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        try:
            self.stdout = self._open("stdout", terminal=True)
            self.stderr = self._open("stderr", terminal=False)
            self.result = self._open("result", terminal=False)
        except BaseException:
            self.close()
            raise

    def _open(self, name: str, *, terminal: bool) -> Stream:
        if sys.platform == "win32":  # untested
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
            path = os.path.join(self._folder.name, name)
            theirs = os.open(path, os.O_WRONLY | os.O_CREAT)
            stream = Stream(os.open(path, os.O_RDONLY), theirs)
        else:
            stream = Stream(*(_open_terminal() if terminal else os.pipe()))
            os.set_blocking(stream.ours, False)
        self._opened.append(stream)
        return stream

    def result_argument(self) -> str:
        """What the driver is told: a descriptor's number, or a path."""
        return str(self.result.theirs) if self._folder is None else str(Path(self._folder.name) / "result")

    def all(self) -> tuple[Stream, ...]:
        return tuple(self._opened)

    def read(self, limit_bytes: int) -> bool:
        """Takes what is there now from all three; returns whether they stay within the limit."""
        for stream in self._opened:
            stream.read(limit_bytes)
        return all(stream.size <= limit_bytes for stream in self._opened)

    def close(self) -> None:
        for stream in self._opened:
            with suppress(OSError):
                stream.close()
        if self._folder is not None:
            self._folder.cleanup()


def _open_terminal() -> tuple[int, int]:
    """Opens a pseudo-terminal that passes bytes on as they are; a pipe where the system has none left."""
    if sys.platform == "win32":
        raise NotImplementedError
    try:
        ours, theirs = os.openpty()
    except OSError:
        return os.pipe()
    settings = termios.tcgetattr(theirs)
    settings[1] &= ~termios.OPOST  # no carriage returns
    settings[3] &= ~(termios.ECHO | termios.ISIG)
    termios.tcsetattr(theirs, termios.TCSANOW, settings)
    return ours, theirs
