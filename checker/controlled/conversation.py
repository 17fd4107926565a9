"""The conversation with the judge: one question for each operation. Runs in a worker process.

    student's code -> Lock.acquire -> ask("lock.acquire", "main/lock.1", ...) -> socket -> judge
                                            blocks here until the judge grants it

An operation whose answer is known beforehand is posted where that is allowed: student's code goes on at once, and the
operation is sent together with the next one that must be waited for (see `wire`).

There is one conversation in a process, `CONVERSATION`. Between tasks it is silent: whatever still runs then (a
finalizer) cannot reach the judge.
"""

from __future__ import annotations

import contextlib
import os
from sys import _getframe
from typing import Any, NoReturn

from checker.controlled import served
from checker.controlled.failures import exception
from checker.controlled.frames import Frames, innermost
from checker.controlled.places import Places
from checker.controlled.silence import Silence, halt
from checker.controlled.upcalls import Upcalls
from checker.vocabulary import MAX_CHILDREN, MAX_NEWS, MAX_PATH_CHARS
from checker.wire import MAX_DATA_BYTES, MAX_POSTED, Channel, TooLarge, decoded, encoded

_exit_now = os._exit
_MAX_SENTENCE_CHARS = 2000
_MAX_POSTED_BYTES = 4096
SPOILED = b"spoiled"
"""Sent along with "exit" by a worker that must not have another task."""
_SETTLE = encoded(["settle"])
_MAX_ANSWERS = 4096
_SCALARS = frozenset({int, float, str, bool, type(None)})


class Conversation:
    """What a task says to the judge and hears from it.

    Attributes:
        operations: how many operations were asked for, over all tasks; the endless-loop guard watches it.
        path: of the process, "main.1".
        file: the program, as in `co_filename`.
        image: the process whose memory this one began with: its own path, or that of who was forked in the end.
        is_script: whether the program is a script of which nothing is demanded.
        gone: identities of what it made and no longer holds, not said yet.
        places: where it has come to inside of loops.
    """

    __slots__ = (
        "_answers",
        "_asked_frames",
        "_counts",
        "_news",
        "_pickling",
        "_posted",
        "_posted_frames",
        "_posting",
        "_processes",
        "_puts",
        "channel",
        "file",
        "gone",
        "image",
        "is_script",
        "operations",
        "path",
        "places",
    )

    def __init__(self) -> None:
        self.channel: Any = Silence()
        self._counts: dict[str, int] = {}
        self._answers: dict[bytes, Any] = {}
        self._posted_frames = Frames(posted=True)
        self._asked_frames = Frames(posted=False)
        self._news: list[list[Any]] = []
        self._pickling = False
        self._posted: list[bytes] = []
        self._posting = False
        self._puts = Upcalls()
        self._processes = 0
        self.gone: list[str] = []
        self.operations = 0
        self.places = Places()
        self.path = ""
        self.file = ""
        self.image = ""
        self.is_script = False

    @property
    def made(self) -> tuple[int, list[int]]:
        """How many processes and other objects this process has created."""
        return self._processes, list(self._counts.values())

    @property
    def is_silent(self) -> bool:
        """Whether no task runs."""
        return isinstance(self.channel, Silence)

    def begin(self, channel: Channel, path: str, file: str, *, posting: bool, image: str | None = None) -> None:
        """Starts the conversation of the process `path`, which runs the program `file`; see `image` above."""
        self.channel = channel
        self.image = image or path
        self._counts = {}
        self._news = []
        self._posted = []
        self._posting = posting
        self._puts = Upcalls()
        self._processes = 0
        self.gone = []
        self.path = path
        self.file = file
        self.places.begin(file)

    def end(self) -> None:
        """Falls silent until the next `begin`."""
        self.channel = Silence()
        self._posting = False
        self._puts = Upcalls()

    def ask(self, kind: str, obj: str | None = None, args: Any = (), data: bytes = b"") -> tuple[Any, bytes]:
        """Asks for one operation and waits until it is granted; returns its answer and the bytes behind it.

        Raises:
            Exception: of the type and with the text that the judge names.
        """
        if self.places.frames:
            self.places.let_go(_getframe())
        if self.gone:
            self._let_go()
        self._send(self._frame(self._asked_frames, kind, obj, args, data))
        return self._answer()

    def _let_go(self) -> None:
        """Says what this process no longer holds (see `lifetimes`), before it does anything else that others see."""
        gone, self.gone = self.gone, []
        self.post("lock.unlink", None, (" ".join(gone),))

    def _answer(self) -> tuple[Any, bytes]:
        while True:
            try:
                text, behind = self.channel.receive_frame()
            except (OSError, EOFError):
                _exit_now(1)
            known = self._answers.get(text, self)  # no answer is a conversation
            if known is not self:
                return known, behind
            reply = decoded(text)
            if reply[0] == "ok":
                if type(reply[1]) in _SCALARS and len(self._answers) < _MAX_ANSWERS:
                    self._answers[text] = reply[1]
                return reply[1], behind
            if reply[0] == "raise":
                raise exception(reply[1], reply[2])
            self._pickle(reply[1], reply[2])

    def post(self, kind: str, obj: str | None = None, args: Any = (), data: bytes = b"") -> None:
        """Asks for one operation whose answer is known beforehand, and does not wait for it where that is allowed.

        It is not while a feeder has still to pickle an object: what happens to that must happen in its turn.
        """
        if self.places.frames:
            self.places.let_go(_getframe())
        if self.gone:
            self._let_go()
        posted = self._posted
        too_much = len(posted) >= MAX_POSTED or len(data) > _MAX_POSTED_BYTES
        if not self._posting or too_much or self._pickling or self._puts.waiting:
            self.ask(kind, obj, args, data)
        else:
            posted.append(self._frame(self._posted_frames, kind, obj, args, data))

    def settle(self, *, for_good: bool = True) -> None:
        """Waits until all that was posted is granted, and posts no more, since others may see what is done now."""
        if self._posting:
            self._posting = False
            if self._posted:
                self._send(_SETTLE)
                self._answer()
            self._posting = not for_good

    def leave(self, args: Any, *, spoiled: bool) -> None:
        """Asks for the end of this process, which has no answer; a worker that is spoiled waits there to be killed."""
        self.places.let_go(None)
        if self.gone:
            self._let_go()
        self._send(self._frame(self._asked_frames, "exit", None, args, SPOILED if spoiled else b""))
        if spoiled:
            self._answer()  # what feeders have still to pickle is pickled meanwhile

    def _send(self, frame: bytes) -> None:
        """Sends what was posted, and then `frame`."""
        if self._posted:
            frame = b"".join([*self._posted, frame])
            self._posted = []
        self.channel.send_frames(frame)

    def _frame(self, frames: Frames, kind: str, obj: str | None, args: Any, data: bytes) -> bytes:
        """The request as it is sent, with the line of the innermost frame that is the student's."""
        self.operations += 1
        if self._pickling:
            self.refuse("uncontrolled", f"{kind} while an object in a Queue is pickled is not controlled yet")
        if obj in served.SHARED:
            self.refuse("uncontrolled", served.SENTENCE)
        caller = innermost(_getframe(2), self.file)
        place = self.places.number(kind, obj, args, caller) if self.places.loops is not None else None
        try:
            made = frames.made(kind, obj, args, data, self._news, caller, place)
        except TooLarge as error:
            self._news = []
            self.refuse("uncontrolled", f"{kind} of so much at once is not controlled: {error}")
        if self._news:
            self._news = []
        return made

    def line(self) -> int | None:
        """The line of the innermost frame that is the student's; None if there is none."""
        frame = innermost(_getframe(1), self.file)
        return frame and frame.f_lineno

    def create(self, kind: str, args: list[Any]) -> str:
        """Names a new shared object; the judge learns of it with the next operation. Returns its identity."""
        count = self._counts.get(kind, 0) + 1
        self._counts[kind] = count
        identity = f"{self.path}/{kind}.{count}"
        served.created(identity)
        if len(self._news) >= MAX_NEWS:
            self.refuse("uncontrolled", f"more than {MAX_NEWS} new shared objects at once are not controlled")
        self._news.append([identity, kind, args, self.line()])
        return identity

    def new_process(self) -> str:
        """The path of the next process that this one creates."""
        self._processes += 1
        path = f"{self.path}.{self._processes}"
        if self._processes > MAX_CHILDREN or len(path) > MAX_PATH_CHARS:
            self.refuse("uncontrolled", "starting so many processes, or one from another so often, is not controlled")
        return path

    def put(self, queue_id: str, obj: Any, args: tuple[Any, ...], data: bytes) -> None:
        """Puts `obj` into a queue; without `data` (its pickle) the judge asks for the pickle later."""
        self._puts.add(queue_id, obj, is_pickled=bool(data))
        try:
            if data and args[0] and args[1] is None:  # it may wait, but cannot fail
                self.post("queue.put", queue_id, args, data)
            else:
                self.ask("queue.put", queue_id, args, data)
        except BaseException:
            self._puts.take_back(queue_id)
            raise

    def has_unpickled(self) -> bool:
        """Whether a feeder of this process has still to pickle something."""
        return bool(self._puts.waiting)

    def _pickle(self, queue_id: str, n: int) -> None:
        """Answers the judge's wish for the pickle of the n-th object put into a queue, as CPython's feeder makes it."""
        self.operations += 1  # the endless-loop guard allows each pickle a time of its own
        self._pickling = True
        try:
            message, data = self._puts.pickled(queue_id, n)
        finally:
            self._pickling = False
        if len(data) > MAX_DATA_BYTES:
            self.refuse("uncontrolled", f"an object of {len(data)} bytes in a Queue is too large to be controlled")
        self.channel.send(message, data)

    def refuse(self, reason: str, sentence: str) -> NoReturn:
        """Tells the judge that the program cannot be controlled, and why. Never returns."""
        if self.is_script and reason in ("thread", "input"):
            reason = "uncontrolled"  # a lab must do without; a script may be right
        self.part("refuse", [reason, sentence[:_MAX_SENTENCE_CHARS]])

    def part(self, kind: str, args: Any, line: int | None = None, data: bytes = b"") -> NoReturn:
        """Says the last thing that this process has to say, and waits to be killed, whatever the student catches."""
        if self.is_silent:
            _exit_now(1)
        with contextlib.suppress(OSError):
            line = line or self.line()
            if self.gone and kind == "exit":
                self._let_go()
            try:
                frame = encoded([kind, None, args, line, self._news], data)
            except TooLarge:
                frame = encoded([kind, None, args, line, []], data)
            self._send(frame)
            halt(self.channel)
        _exit_now(1)


CONVERSATION = Conversation()
ask = CONVERSATION.ask
post = CONVERSATION.post
refuse = CONVERSATION.refuse
