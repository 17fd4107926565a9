"""What a process has put into queues and its feeders have still to pickle, when the judge says so. Runs in a worker."""

from __future__ import annotations

import traceback
from typing import Any

from checker.controlled.plainness import is_plain
from checker.controlled.reduction import ForkingPickler
from checker.controlled.uncaught import repeatable

_MAX_TRACEBACK_CHARS = 100_000


class Upcalls:
    """The objects that this process put into queues; each queue numbers its own from 0.

    Attributes:
        waiting: those that are not pickled yet: the object, and its pickle as it was when it was put (None where making
            it might be noticed: then it may have changed since).
    """

    __slots__ = ("_counts", "waiting")

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self.waiting: dict[tuple[str, int], tuple[Any, bytes | None]] = {}

    def add(self, queue_id: str, obj: Any, *, is_pickled: bool) -> None:
        """Takes what is put next into a queue."""
        n = self._counts.get(queue_id, 0)
        if not is_pickled:
            self.waiting[queue_id, n] = (obj, _as_it_is(obj))
        self._counts[queue_id] = n + 1

    def take_back(self, queue_id: str) -> None:
        """The last one did not get into the queue."""
        n = self._counts[queue_id] = self._counts[queue_id] - 1
        self.waiting.pop((queue_id, n), None)

    def pickled(self, queue_id: str, n: int) -> tuple[list[Any], bytes]:
        """What to tell the judge of the n-th object of a queue, and its pickle, as CPython's feeder makes it."""
        try:
            obj, data_then = self.waiting.pop((queue_id, n))
            data = bytes(ForkingPickler.dumps(obj))
        except Exception:
            return ["unpicklable", repeatable(traceback.format_exc())[-_MAX_TRACEBACK_CHARS:]], b""
        return ["pickled", data_then != data], data


def _as_it_is(obj: Any) -> bytes | None:
    """The pickle of an object now, to see later whether it was changed; None where making it might be noticed."""
    try:
        return bytes(ForkingPickler.dumps(obj)) if is_plain(obj) else None
    except Exception:  # it cannot be pickled: the feeder will say so
        return None
