"""The messages between judge and workers: framing, bounds, vocabulary and validation.

A frame is two unsigned 32-bit little-endian lengths, then that many bytes of JSON (UTF-8), then that many opaque bytes
(pickles, which only workers ever load). The conversation of a task is strictly in turns:

    judge  -> worker   ["task", {...}] + data        begin this task (see `TASK_FIELDS`)
    worker -> judge    [kind, object, args, line, news] + data      one operation: "may I?"
    judge  -> worker   ["ok", value] + data          it was granted, and this is the answer
                       ["raise", type, text]         it was granted, and it fails with this exception
                       ["pickle", queue, n]          the feeder needs item n (from 0) of this process's puts, now
    worker -> judge    ["pickled", changed] + data, or ["unpicklable", traceback text]      only after "pickle";
                       `changed`: it is no longer what it was when it was put

`news` lists what the task created since its last operation, each `[identity, kind, args, line]`: creation touches
nothing that anyone else can see, so it needs no turn of its own. Identities are `<process path>/<kind>.<count from 1>`.
`line` is the line in the student's file, or null. After "exit" is granted the worker waits for its next task.
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
MAX_NEWS = 10_000
MAX_IDENTITY_CHARS = 200
MAX_LINE = 10_000_000

_HEADER = struct.Struct("<II")
_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
# One NaN for all, so that a step with one is equal to the same step of another run.
_decode = json.JSONDecoder(
    parse_constant={"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}.__getitem__
).raw_decode

_NUMBER = (int, float)
_NONE = type(None)
_TIMEOUT = (int, float, _NONE)
_SCALAR = (int, float, str, bool, _NONE)
_ANY: tuple[type, ...] = (int, float, str, bool, list, dict, _NONE)

OPERATIONS: dict[str, tuple[tuple[type, ...], ...]] = {
    # Lock, RLock, Semaphore, BoundedSemaphore; the object is the lock
    "lock.acquire": ((bool,), _TIMEOUT),  # block, timeout in seconds -> bool
    "lock.release": (),  # -> null, or ValueError / AssertionError as CPython
    "lock.value": (),  # -> int, what get_value() says
    "lock.state": (),  # -> [value, count of this task, held by this task], for repr and assertions
    # Value, Array, RawValue, RawArray; the object is the memory; elements are JSON scalars (bytes as Latin-1 text)
    "memory.read": ((int,),),  # index -> scalar
    "memory.write": ((int,), _SCALAR),  # index, scalar -> null
    "memory.read_slice": ((int,), (int,), (int,)),  # start, stop, step (normalised as by slice.indices) -> list
    "memory.write_slice": ((int,), (int,), (int,), (list,)),  # the same, and as many scalars -> null
    # Queue, JoinableQueue
    # block, timeout, pickled already (then data is the pickle) -> null, or Full
    "queue.put": ((bool,), _TIMEOUT, (bool,)),
    "queue.get": ((bool,), _TIMEOUT),  # block, timeout -> null + data, or Empty
    "queue.qsize": (),  # -> int
    "queue.empty": (),  # -> bool
    "queue.full": (),  # -> bool
    "queue.join_thread": (),  # waits until this process's feeder has written all that was put -> null
    "queue.task_done": (),  # -> null, or ValueError
    "queue.join": (),  # -> null
    # SimpleQueue
    "simple_queue.put": (),  # data -> null
    "simple_queue.get": (),  # -> null + data
    "simple_queue.empty": (),  # -> bool
    # processes; the object is the path of the process acted on
    "process.start": ((str,), (bool,)),  # name, daemon; data is the pickled Process object -> null
    "process.join": (_TIMEOUT,),  # -> bool, whether it has ended
    "process.poll": (),  # -> exit code or null
    "process.signal": ((int,),),  # signal number -> null
    "signal.disposition": ((int,), (str,)),  # signal number, "default" or "ignore" of this process -> null
    # the terminal, time
    "stdout.write": ((str,),),  # one chunk that a terminal would see -> null
    "stderr.write": ((str,),),
    "sleep": (_NUMBER,),  # seconds -> null
    "clock": (),  # -> this task's virtual clock in seconds
    # said once by a process that begins to end, if its feeders have still to pickle something -> null
    "exiting": (),
    # the end of a process: exit code, traceback text or null, has a result, result, whether the worker is reusable
    "exit": ((int,), (str, _NONE), (bool,), _ANY, (bool,)),
    # something besides the schedule decides what this process does: a word of `trace.Reliance` -> null
    "rely": ((str,),),
    # no further answer is given after these two
    "refuse": ((str,), (str,)),  # a word of REFUSALS, a sentence
    "endless_loop": (),  # CPU time burnt without a scheduling point; `line` says where
}
"""Every operation a worker may ask for: its kind and the types of its arguments."""

CREATIONS: dict[str, tuple[tuple[type, ...], ...]] = {
    "lock": (),
    "rlock": (),
    "semaphore": ((int,),),  # initial value
    "bounded_semaphore": ((int,),),
    # elements, initial value (one scalar for all, or a list), the guard's identity or null
    "memory": ((int,), _ANY, (str, _NONE)),
    "queue": ((int,), (bool,)),  # maxsize (0: unbounded), joinable
    "simple_queue": (),
}
"""Every shared object a worker may create: its kind and the types of its arguments."""

REFUSALS = frozenset({"import", "no_main", "signature", "not_json", "uncontrolled", "thread", "input"})
"""Why a program cannot be run under control; each comes with a sentence that names the line's deed."""

TASK_FIELDS = {
    "path": str,  # of the process, "main" or "main.1"
    "name": str,  # of the process
    "file": str,  # absolute path of the program
    "call": (list, _NONE),  # for "main": the arguments to call main(*call) with; null for a started process
    "pid": int,  # virtual
    "parent_pid": int,  # virtual
    "parent_name": (str, _NONE),
    "daemon": bool,
    "seed": int,  # of the check; each process derives its own from it and its path
    "directory": str,  # absolute path of the folder to run in
    "cpu_limit_s": (int, float),  # CPU seconds without a scheduling point that count as an endless loop
}
"""The fields of a task message and their types."""


_FIRST_PID = 1 << 22  # the largest pid_max that Linux allows: no real process has a higher number


def virtual_pid(path: str) -> int:
    """The process id that the program sees for the process `path`: the same in every schedule."""
    return _FIRST_PID + 1 + zlib.crc32(path.encode()) % 1_000_000


class TooLarge(ValueError):
    """A message that is larger than `MAX_JSON_BYTES`; the text says how large."""


class Channel:
    """One end of a conversation over a stream socket.

    Args:
        sock: the socket.
        rest_s: wall seconds after which `receive` comes back from a frame that goes on arriving; None: never.
    """

    __slots__ = ("_buffer", "_rest_s", "socket")

    def __init__(self, sock: socket.socket, rest_s: float | None = None) -> None:
        self.socket = sock
        self._rest_s = rest_s
        self._buffer = b""

    def send(self, message: Any, data: bytes = b"") -> None:
        """Sends one frame.

        Raises:
            TooLarge: the other end would not take it; nothing was sent.
            OSError: the other end is gone.
        """
        text = _encode(message).encode()
        if len(text) > MAX_JSON_BYTES:
            raise TooLarge(f"{len(text):,} bytes")
        self.socket.sendall(_HEADER.pack(len(text), len(data)) + text + data)

    def receive(self) -> tuple[Any, bytes]:
        """Waits for one frame and returns its JSON value and its opaque bytes.

        Raises:
            MalformedMessage: the frame is too large or is not JSON; the conversation cannot go on.
            EOFError: the other end is gone.
            BlockingIOError: the socket's receive timeout or `rest_s` ran out; nothing is lost, call again.
        """
        buffer = self._buffer
        while len(buffer) < 8:
            buffer = self._more(buffer)
        json_bytes, data_bytes = _HEADER.unpack_from(buffer)
        if json_bytes > MAX_JSON_BYTES or data_bytes > MAX_DATA_BYTES:
            raise MalformedMessage(f"a message of {json_bytes:,} + {data_bytes:,} bytes")
        end = 8 + json_bytes + data_bytes
        if len(buffer) < end:
            self._receive_rest(end)
            buffer = self._buffer
        self._buffer = buffer[end:]
        try:
            text = buffer[8 : 8 + json_bytes].decode()
            value, length = _decode(text)
            if length != len(text):
                raise ValueError("more than one value")
        except (ValueError, RecursionError) as error:
            raise MalformedMessage(f"not JSON: {type(error).__name__}") from None
        return value, buffer[8 + json_bytes : end]

    @property
    def pending_bytes(self) -> int:
        """How much has arrived and was not received: a part of the next frame, or all of it."""
        return len(self._buffer)

    def _more(self, buffer: bytes) -> bytes:
        piece = self.socket.recv(16384)
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


def validated_request(message: Any) -> tuple[str, str | None, list[Any], int | None, list[Any]]:
    """Checks the shape of a worker's request and returns its five parts.

    Raises:
        MalformedMessage: with what is wrong, in words.
    """
    if type(message) is not list or len(message) != 5:
        raise MalformedMessage("a request that is not a list of five")
    kind, obj, args, line, news = message
    signature = OPERATIONS.get(kind) if type(kind) is str else None
    if signature is None:
        raise MalformedMessage(f"an unknown operation {_shown(kind)}")
    if obj is not None and (type(obj) is not str or len(obj) > MAX_IDENTITY_CHARS):
        raise MalformedMessage(f"{kind} on something that is no identity")
    if type(args) is not list or len(args) != len(signature):
        raise MalformedMessage(f"{kind} with the wrong number of arguments")
    for value, types in zip(args, signature, strict=True):
        if type(value) not in types:
            raise MalformedMessage(f"{kind} with an argument of type {type(value).__name__}")
    if not _is_line(line):
        raise MalformedMessage(f"{kind} with a line that is none")
    if news:
        _validate_news(news)
    elif news != []:
        raise MalformedMessage("news that is no list")
    return kind, obj, args, line, news


def _validate_news(news: Any) -> None:
    if type(news) is not list or len(news) > MAX_NEWS:
        raise MalformedMessage("news that is no list, or too much of it")
    for item in news:
        if type(item) is not list or len(item) != 4:
            raise MalformedMessage("news that is not a list of four")
        identity, kind, args, line = item
        signature = CREATIONS.get(kind) if type(kind) is str else None
        if signature is None:
            raise MalformedMessage(f"creation of an unknown kind {_shown(kind)}")
        if type(identity) is not str or len(identity) > MAX_IDENTITY_CHARS:
            raise MalformedMessage("creation of something without an identity")
        if type(args) is not list or len(args) != len(signature):
            raise MalformedMessage(f"creation of {kind} with the wrong number of arguments")
        for value, types in zip(args, signature, strict=True):
            if type(value) not in types:
                raise MalformedMessage(f"creation of {kind} with an argument of type {type(value).__name__}")
        if not _is_line(line):
            raise MalformedMessage(f"creation of {kind} with a line that is none")


def _shown(kind: Any) -> str:
    return repr(kind[:60]) if type(kind) is str else f"of type {type(kind).__name__}"


def _is_line(line: Any) -> bool:
    return line is None or (type(line) is int and 0 <= line <= MAX_LINE)
