"""The messages between judge and workers: framing and bounds. Their words are in `vocabulary`.

A frame is two unsigned 32-bit little-endian lengths, then that many bytes of JSON (UTF-8), then that many opaque bytes
(pickles, which only workers ever load). The conversation of a task is in turns:

    judge  -> worker   ["task", {...}] + data        begin this task (see `vocabulary.TASK_FIELDS`)
    worker -> judge    [kind, object, args, line, news] + data      one operation: "may I?"; a sixth part, a number,
                       may say in which place of a loop, and with which variables: see `controlled.places`
                       ["posted", [kind, ...]] + data      the same, but it goes on without the answer: see below
    judge  -> worker   ["ok", value] + data          it was granted, and this is the answer
                       ["raise", type, text]         it was granted, and it fails with this exception
                       ["pickle", queue, n]          the feeder needs item n (from 0) of this process's puts, now
    worker -> judge    ["pickled", changed] + data, or ["unpicklable", traceback text]      only after "pickle";
                       `changed`: it is no longer what it was when it was put

A worker that starts a process by fork is sent the child's end of a new conversation along with the answer, as a
descriptor. It forks, and says which process came of it before it goes on; the child waits for its own task:

    worker -> judge    ["forked", process id], or ["forked", -errno]      only after a granted start by fork

`news` lists what the task created since its last operation, each `[identity, kind, args, line]`: creation touches
nothing that anyone else can see, so it needs no turn of its own. Identities are `<process path>/<kind>.<count from 1>`.
`line` is the line in the student's file, or null. "exit" has no answer: the worker cleans up and waits for its next
task, or to be killed.

An operation whose answer is known beforehand (null of a release, true of an acquire without a timeout) may be
*posted*: the worker runs on to the next one that it must wait for, and sends them all at once. That saves turns and
changes nothing: each is still granted in its turn, and nobody can see how far code between two operations has come.
Before a worker does what others may see (it opens a file), it sends ["settle"], which is answered with ["ok", null]
once all before it is granted; from then on it waits for every answer. Should a posted operation fail after all, or the
process die on the way, what it did too early is void: the judge begins again, and tells the workers not to post.
"""

from __future__ import annotations

import json
import math
import socket
import struct
import zlib
from time import monotonic  # by its name: in a worker the module's own is replaced
from typing import Any

from checker.errors import MalformedMessage

MAX_JSON_BYTES = 4 * 1024 * 1024
MAX_DATA_BYTES = 64 * 1024 * 1024
MAX_POSTED = 64
"""How many operations a worker posts in a row at most."""

_HEADER = struct.Struct("<II")
_recv_fds: Any = getattr(socket, "recv_fds", None)
_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
# One NaN for all, so that a step with one is equal to the same step of another run.
_decode = json.JSONDecoder(
    parse_constant={"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}.__getitem__
).raw_decode

_FIRST_PID = 1 << 22  # the largest pid_max that Linux allows: no real process has a higher number


def virtual_pid(path: str) -> int:
    """The process id that the program sees for the process `path`: the same in every schedule."""
    if path.count(".") <= 1:  # main, its children in the order of their making, and before them the parent of main
        return _FIRST_PID + 1 + (int(path.rpartition(".")[2]) + 1 if "." in path else bool(path))
    return _FIRST_PID + 10_000 + zlib.crc32(path.encode()) % 1_000_000


class TooLarge(ValueError):
    """A message that is larger than `MAX_JSON_BYTES`; the text says how large."""


def encoded(message: Any, data: bytes = b"") -> bytes:
    """The frame of a message.

    Raises:
        TooLarge: the other end would not take it.
    """
    text = _encode(message).encode()
    if len(text) > MAX_JSON_BYTES:
        raise TooLarge(f"{len(text):,} bytes")
    return framed(text, data)


def framed(text: bytes, data: bytes = b"") -> bytes:
    """The frame of a message that is JSON already, and no larger than it may be."""
    return _HEADER.pack(len(text), len(data)) + text + data


def decoded(text: bytes) -> Any:
    """The value of a frame's JSON. Raises MalformedMessage if it is none."""
    try:
        characters = text.decode()
        value, length = _decode(characters)
        if length != len(characters):
            raise ValueError("more than one value")
    except (ValueError, RecursionError) as error:
        raise MalformedMessage(f"not JSON: {type(error).__name__}") from None
    return value


class Channel:
    """One end of a conversation over a stream socket.

    Args:
        sock: the socket.
        rest_s: wall seconds after which `receive` comes back from a frame that goes on arriving; None: never.

    Attributes:
        descriptors: those that came along with what was received; None: none is taken.
    """

    __slots__ = ("_buffer", "_rest_s", "descriptors", "socket")

    def __init__(self, sock: socket.socket, rest_s: float | None = None) -> None:
        self.socket = sock
        self._rest_s = rest_s
        self._buffer = b""
        self.descriptors: list[int] | None = None

    def send(self, message: Any, data: bytes = b"") -> None:
        """Sends one frame.

        Raises:
            TooLarge: the other end would not take it; nothing was sent.
            OSError: the other end is gone.
        """
        self.socket.sendall(encoded(message, data))

    def send_frames(self, frames: bytes) -> None:
        """Sends what `encoded` made. Raises OSError if the other end is gone."""
        self.socket.sendall(frames)

    def receive(self) -> tuple[Any, bytes]:
        """Waits for one frame and returns its JSON value and its opaque bytes.

        Raises:
            MalformedMessage: the frame is too large or is not JSON; the conversation cannot go on.
            EOFError, BlockingIOError: as `receive_frame`.
        """
        text, data = self.receive_frame()
        return decoded(text), data

    def receive_frame(self) -> tuple[bytes, bytes]:
        """Waits for one frame and returns its JSON, not looked at yet, and its opaque bytes.

        Raises:
            MalformedMessage: the frame is too large; the conversation cannot go on.
            EOFError: the other end is gone.
            BlockingIOError: the socket's receive timeout or `rest_s` ran out; nothing is lost, call again.
        """
        buffer = self._buffer
        while len(buffer) < 8:
            buffer = self._more(buffer)
        json_bytes, data_bytes = _HEADER.unpack_from(buffer)
        if json_bytes > MAX_JSON_BYTES or data_bytes > MAX_DATA_BYTES:
            raise MalformedMessage(f"a message of {json_bytes:,} + {data_bytes:,} bytes")
        data_begin = 8 + json_bytes
        end = data_begin + data_bytes
        if len(buffer) < end:
            self._receive_rest(end)
            buffer = self._buffer
        self._buffer = buffer[end:]
        return buffer[8:data_begin], buffer[data_begin:end]

    @property
    def pending_bytes(self) -> int:
        """How much has arrived and was not received: a part of the next frame, or all of it."""
        return len(self._buffer)

    def _more(self, buffer: bytes) -> bytes:
        if self.descriptors is None:
            piece = self.socket.recv(16384)
        else:
            piece, came, _, _ = _recv_fds(self.socket, 16384, 1)
            self.descriptors += came
        if not piece:
            raise EOFError("the other end of the conversation is gone")
        self._buffer = buffer + piece
        return self._buffer

    def _receive_rest(self, end: int) -> None:
        """Fills the buffer to `end` bytes in linear time, whatever the size."""
        pieces = [self._buffer]
        have = len(self._buffer)
        until = None if self._rest_s is None else monotonic() + self._rest_s
        try:
            while have < end:
                piece = self.socket.recv(min(end - have, 1 << 20))
                if not piece:
                    raise EOFError("the other end of the conversation is gone")
                pieces.append(piece)
                have += len(piece)
                if until is not None and have < end and monotonic() > until:
                    raise BlockingIOError("a frame that is still on its way")
        finally:
            self._buffer = b"".join(pieces)

    def close(self) -> None:
        self.socket.close()
