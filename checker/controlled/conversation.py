"""The conversation with the judge: one question for each operation. Runs in a worker process.

    student's code -> Lock.acquire -> ask("lock.acquire", "main/lock.1", ...) -> socket -> judge
                                            blocks here until the judge grants it

There is one conversation in a process, `CONVERSATION`. Between tasks it is silent: whatever still runs then (a
finalizer) cannot reach the judge.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import queue
import re
import traceback
from sys import _getframe
from types import FrameType
from typing import Any, NoReturn

from checker.controlled.reduction import ForkingPickler
from checker.wire import MAX_DATA_BYTES, MAX_NEWS, Channel, TooLarge

_exit_now = os._exit
_MAX_TRACEBACK_CHARS = 100_000
_MAX_SENTENCE_CHARS = 2000
_ATOMS = frozenset({int, str, bytes, bytearray, float, bool, type(None), complex})
_CONTAINERS = frozenset({list, tuple, set, frozenset})
_OS_ERROR = re.compile(r"\[Errno (\d+)\] (.*)", re.DOTALL)


class _Silence:
    """Stands for the channel while no task runs."""

    def send(self, message: Any, data: bytes = b"") -> None:
        raise RuntimeError("this process of the program has ended")


class _Upcalls:
    """The objects that this process put into one queue and that its feeder has still to pickle."""

    __slots__ = ("count", "waiting")

    def __init__(self) -> None:
        self.count = 0
        self.waiting: dict[int, Any] = {}


class Conversation:
    """What a task says to the judge and hears from it.

    Attributes:
        operations: how many operations were asked for, over all tasks; the endless-loop guard watches it.
        path: of the process, "main.1".
        file: the program, as in `co_filename`.
    """

    __slots__ = ("_channel", "_counts", "_news", "_processes", "_puts", "file", "operations", "path")

    def __init__(self) -> None:
        self._channel: Any = _Silence()
        self._counts: dict[str, int] = {}
        self._news: list[list[Any]] = []
        self._puts: dict[str, _Upcalls] = {}
        self._processes = 0
        self.operations = 0
        self.path = ""
        self.file = ""

    def begin(self, channel: Channel, path: str, file: str) -> None:
        """Starts the conversation of the process `path`, which runs the program `file`."""
        self._channel = channel
        self._counts = {}
        self._news = []
        self._puts = {}
        self._processes = 0
        self.path = path
        self.file = file

    def end(self) -> None:
        """Falls silent until the next `begin`."""
        self._channel = _Silence()
        self._puts = {}

    def ask(self, kind: str, obj: str | None = None, args: Any = (), data: bytes = b"") -> tuple[Any, bytes]:
        """Asks for one operation and waits until it is granted; returns its answer and the bytes behind it.

        Raises:
            Exception: of the type and with the text that the judge names.
        """
        self.operations += 1
        file = self.file
        frame: FrameType | None = _getframe(1)
        while frame is not None and frame.f_code.co_filename != file:
            frame = frame.f_back
        channel = self._channel
        try:
            channel.send([kind, obj, args, frame and frame.f_lineno, self._news], data)
        except TooLarge as error:
            self._news = []
            self.refuse("uncontrolled", f"{kind} of so much at once is not controlled: {error}")
        if self._news:
            self._news = []
        while True:
            try:
                reply, behind = channel.receive()
            except (OSError, EOFError):
                _exit_now(1)
            if reply[0] == "ok":
                return reply[1], behind
            if reply[0] == "raise":
                raise _exception(reply[1], reply[2])
            self._pickle(reply[1], reply[2])

    def line(self) -> int | None:
        """The line of the innermost frame that is the student's; None if there is none."""
        frame: FrameType | None = _getframe(1)
        while frame is not None and frame.f_code.co_filename != self.file:
            frame = frame.f_back
        return frame and frame.f_lineno

    def create(self, kind: str, args: list[Any]) -> str:
        """Names a new shared object; the judge learns of it with the next operation. Returns its identity."""
        count = self._counts.get(kind, 0) + 1
        self._counts[kind] = count
        identity = f"{self.path}/{kind}.{count}"
        if len(self._news) >= MAX_NEWS:
            self.refuse("uncontrolled", f"more than {MAX_NEWS} new shared objects at once are not controlled")
        self._news.append([identity, kind, args, self.line()])
        return identity

    def new_process(self) -> str:
        """The path of the next process that this one creates."""
        self._processes += 1
        return f"{self.path}.{self._processes}"

    def put(self, queue_id: str, obj: Any, args: tuple[Any, ...], data: bytes) -> None:
        """Puts `obj` into a queue; without `data` (its pickle) the judge asks for the pickle later."""
        upcalls = self._puts.get(queue_id)
        if upcalls is None:
            upcalls = self._puts[queue_id] = _Upcalls()
        n = upcalls.count
        if not data:
            upcalls.waiting[n] = (obj, bytes(ForkingPickler.dumps(obj)) if is_plain(obj) else None)
        upcalls.count = n + 1
        try:
            self.ask("queue.put", queue_id, args, data)
        except BaseException:
            upcalls.count = n
            upcalls.waiting.pop(n, None)
            raise

    def has_unpickled(self) -> bool:
        """Whether a feeder of this process has still to pickle something."""
        return any(upcalls.waiting for upcalls in self._puts.values())

    def _pickle(self, queue_id: str, n: int) -> None:
        """Answers the judge's wish for the pickle of the n-th object put into a queue, as CPython's feeder makes it."""
        self.operations += 1  # the endless-loop guard allows each pickle a time of its own
        channel = self._channel
        self._channel = _Pickling(self, channel)
        message: list[Any]
        try:
            obj, data_then = self._puts[queue_id].waiting.pop(n)
            data = bytes(ForkingPickler.dumps(obj))
        except Exception:
            message, data = ["unpicklable", traceback.format_exc()[-_MAX_TRACEBACK_CHARS:]], b""
        else:
            message = ["pickled", data_then is not None and data_then != data]
        finally:
            self._channel = channel
        if len(data) > MAX_DATA_BYTES:
            self.refuse("uncontrolled", f"an object of {len(data)} bytes in a Queue is too large to be controlled")
        channel.send(message, data)

    def refuse(self, reason: str, sentence: str) -> NoReturn:
        """Tells the judge that the program cannot be controlled, and why. Never returns."""
        self.part("refuse", [reason, sentence[:_MAX_SENTENCE_CHARS]])

    def part(self, kind: str, args: Any, line: int | None = None) -> NoReturn:
        """Says the last thing that this process has to say, and waits to be killed, whatever the student catches."""
        channel = self._channel
        while isinstance(channel, _Pickling):
            channel = channel.channel
        if isinstance(channel, _Silence):
            _exit_now(1)
        with contextlib.suppress(OSError):
            try:
                channel.send([kind, None, args, line or self.line(), self._news])
            except TooLarge:
                channel.send([kind, None, args, line or self.line(), []])
            self.halt()
        _exit_now(1)

    def halt(self) -> NoReturn:
        """Waits to be killed."""
        while True:
            try:
                self._channel.receive()
            except (OSError, EOFError):
                _exit_now(1)
            except BaseException:
                continue


def is_plain(obj: Any) -> bool:
    """Whether `obj` is made of built-in containers and atoms alone: pickling it runs no code of the student's."""
    kind = type(obj)
    if kind in _ATOMS:
        return True
    try:
        if kind is dict:
            return all(is_plain(key) and is_plain(value) for key, value in obj.items())
        return kind in _CONTAINERS and all(map(is_plain, obj))
    except RecursionError:
        return False


class _Pickling:
    """Stands for the channel while an object is pickled on behalf of the feeder: nothing else can be asked for."""

    def __init__(self, conversation: Conversation, channel: Channel) -> None:
        self.conversation = conversation
        self.channel = channel

    def send(self, message: Any, data: bytes = b"") -> None:
        sentence = f"{message[0]} while an object in a Queue is pickled is not controlled yet"
        self.conversation.refuse("uncontrolled", sentence)

    def receive(self) -> Any:
        return self.channel.receive()


def _exception(name: str, text: str) -> BaseException:
    """The exception that the judge names, as the standard library would raise it."""
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


CONVERSATION = Conversation()
ask = CONVERSATION.ask
refuse = CONVERSATION.refuse
