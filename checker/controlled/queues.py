"""Queue, JoinableQueue and SimpleQueue as the student sees them. Runs in a worker process."""

from __future__ import annotations

import pickle
import types
from queue import Empty, Full
from typing import Any, NoReturn

from checker.controlled import at_fork, context, exiting, lifetimes
from checker.controlled.conversation import CONVERSATION, ask, post, refuse
from checker.controlled.plainness import is_immutable
from checker.controlled.reduction import ForkingPickler
from checker.controlled.synchronize import SEM_VALUE_MAX, blocks, seconds, units
from checker.wire import MAX_DATA_BYTES

__all__ = ["Empty", "Full", "JoinableQueue", "Queue", "SimpleQueue"]

def _sent(data: bytes) -> bytes:
    if len(data) > MAX_DATA_BYTES:
        refuse("uncontrolled", f"an object of {len(data)} bytes in a Queue is too large to be controlled")
    return data


class Queue:
    """Queue type using a pipe, buffer and thread"""

    _joinable = False

    def __init__(self, maxsize: int = 0, *, ctx: Any) -> None:
        unbounded = maxsize <= 0
        self._maxsize = SEM_VALUE_MAX if unbounded else units(maxsize, SEM_VALUE_MAX)
        exiting.register()
        self._identity = CONVERSATION.create("queue", [0 if unbounded else self._maxsize, self._joinable])
        lifetimes.made(self, self._identity, ctx)
        at_fork.mend_in_child(self)
        self._is_torn = False
        self._reset()

    def _after_fork(self) -> None:
        self._is_torn = self._closed and self._has_feeder
        self._reset()

    def __getstate__(self) -> Any:
        context.assert_spawning(self)
        self._check_whole("passing it to a process")
        return self._identity, self._maxsize

    def __setstate__(self, state: Any) -> None:
        self._identity, self._maxsize = state
        lifetimes.sent(self._identity)
        self._is_torn = False
        self._reset()

    def _check_whole(self, use: str) -> None:
        """CPython's feeder closes the reading end, at some time, in a process that has closed the queue."""
        if self._is_torn or (self._closed and self._has_feeder):
            refuse("uncontrolled", f"a Queue that this process has put into and closed is not controlled: {use}")

    def _reset(self) -> None:
        self._closed = False
        self._has_feeder = False
        self._joincancelled = False

    def put(self, obj: Any, block: bool = True, timeout: float | None = None) -> None:  # noqa: FBT001, FBT002
        if self._closed:
            raise ValueError(f"Queue {self!r} is closed")
        if self._is_torn:
            self._check_whole("put() in a child")
        block = blocks(block)
        now = is_immutable(obj)
        data = _sent(pickle.dumps(obj)) if now else b""
        if not self._has_feeder and not self._joincancelled:
            # before the question: the feeder may be at work before the answer is here
            exiting.expect_feeder(self._identity)
            try:
                CONVERSATION.put(self._identity, obj, (block, seconds(timeout), now), data)
            except BaseException:
                exiting.forget_feeder(self._identity)
                raise
        else:
            CONVERSATION.put(self._identity, obj, (block, seconds(timeout), now), data)
        self._has_feeder = True

    def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: FBT001, FBT002
        if self._closed:
            raise ValueError(f"Queue {self!r} is closed")
        if self._is_torn:
            self._check_whole("get() in a child")
        block = bool(block) if block and timeout is None else blocks(block)
        # unserialize the data after having released the lock
        return pickle.loads(ask("queue.get", self._identity, (block, seconds(timeout)))[1])

    def qsize(self) -> int:
        return ask("queue.qsize", self._identity)[0]  # type: ignore[no-any-return]

    def empty(self) -> bool:
        self._check_whole("empty()")
        return ask("queue.empty", self._identity)[0]  # type: ignore[no-any-return]

    def full(self) -> bool:
        return ask("queue.full", self._identity)[0]  # type: ignore[no-any-return]

    def get_nowait(self) -> Any:
        return self.get(block=False)

    def put_nowait(self, obj: Any) -> None:
        return self.put(obj, block=False)

    def close(self) -> None:
        self._closed = True

    def join_thread(self) -> None:
        assert self._closed, f"Queue {self!r} not closed"
        if exiting.forget_feeder(self._identity):
            post("queue.join_thread", self._identity)

    def cancel_join_thread(self) -> None:
        self._joincancelled = True
        exiting.forget_feeder(self._identity)

    @property
    def _reader(self) -> NoReturn:
        refuse("uncontrolled", "the connection inside a multiprocessing.Queue is not controlled")

    _writer = _reader

    __class_getitem__: Any = classmethod(types.GenericAlias)


class JoinableQueue(Queue):
    """A queue type which also supports join() and task_done() methods"""

    _joinable = True

    def task_done(self) -> None:
        post("queue.task_done", self._identity)

    def join(self) -> None:
        post("queue.join", self._identity)


class SimpleQueue:
    """Simplified Queue type -- really just a locked pipe"""

    def __init__(self, *, ctx: Any) -> None:
        exiting.register()
        self._identity = CONVERSATION.create("simple_queue", [])
        lifetimes.made(self, self._identity, ctx)
        self._closed = False

    def close(self) -> None:
        self._closed = True

    def empty(self) -> bool:
        self._check_open()
        return ask("simple_queue.empty", self._identity)[0]  # type: ignore[no-any-return]

    def __getstate__(self) -> Any:
        context.assert_spawning(self)
        return self._identity, self._closed

    def __setstate__(self, state: Any) -> None:
        self._identity, self._closed = state
        lifetimes.sent(self._identity)

    def get(self) -> Any:
        self._check_open()
        return pickle.loads(ask("simple_queue.get", self._identity)[1])

    def put(self, obj: Any) -> None:
        data = _sent(bytes(ForkingPickler.dumps(obj)))
        self._check_open()
        post("simple_queue.put", self._identity, (), data)

    def _check_open(self) -> None:
        if self._closed:
            raise OSError("handle is closed")

    __class_getitem__: Any = classmethod(types.GenericAlias)
