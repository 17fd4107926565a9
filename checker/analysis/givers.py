"""Finds who could give what a stuck task waits for, where that is not who took it: a signal, a unit, an item, room.

What a task took it owns, as a rule, and gives back itself. A semaphore is none of that where somebody gives back who
does not take: then those who took it hold nothing, and only who gives could ever help.
"""

from __future__ import annotations

from typing import NamedTuple

from checker.analysis.ahead import Ahead
from checker.analysis.held import signals
from checker.analysis.names import Names, is_counted
from checker.analysis.steps import failure
from checker.counts import listed
from checker.trace import Trace, Wait

_OWNERLESS = frozenset({"lock", "semaphore", "bounded_semaphore"})
_BROUGHT_BY = {
    "lock.acquire": "lock.release",
    "queue.get": "queue.put",
    "simple_queue.get": "simple_queue.put",
    "queue.put": "queue.get",
    "queue.feed": "queue.get",
    "simple_queue.put": "simple_queue.get",
}
"""What somebody has to do so that a wait for this ends."""


class Given(NamedTuple):
    """Who could give it: `alive` are still there, `ended` have done so before.

    `surely`: by the program's text nobody else could; `nowhere`: nothing in the text does it.
    """

    alive: tuple[str, ...]
    ended: tuple[str, ...]
    surely: bool
    nowhere: bool

    @property
    def tasks(self) -> tuple[str, ...]:
        return (*self.alive, *self.ended)

    def told(self, trace: Trace, names: Names, wait: Wait) -> str:
        """The same as a clause: ", which only consumer releases"; "" where nothing is known."""
        only = "only " if self.surely else ""
        others = [names.task(path) for path in self.alive if path != wait.task]
        who = listed(others)
        doing = _BROUGHT_BY[wait.op.kind].partition(".")[2]
        if doing != "release":
            could = "could put there" if doing == "put" else "could make"
            return f", which {only}{who} {could}" if who else ""
        if who:
            return f", which {only}{who} {'release' if len(others) > 1 else 'releases'}"
        if self.alive:
            return ", which only it releases itself" if self.surely else ""
        if self.ended:
            gone = listed([names.task(path) for path in self.ended])
            return f", which {only}{gone} released before {'they' if len(self.ended) > 1 else 'it'} ended"
        return ", which nobody releases" if self.nowhere else ""


class Givers:
    """Who could give what the tasks of one stuck trace wait for."""

    def __init__(self, trace: Trace, ahead: Ahead) -> None:
        self._trace = trace
        self._ahead = ahead
        self._signals = signals(trace)
        self._others: dict[str, bool] = {}

    def are_others(self, lock: str) -> bool:
        """Whether others than its takers give back what is taken of the lock, so that these do not hold it."""
        if lock not in self._others:
            self._others[lock] = self._find_others(lock)
        return self._others[lock]

    def _find_others(self, lock: str) -> bool:
        record = self._trace.objects.get(lock)
        if record is None or record.kind not in _OWNERLESS:
            return False
        if lock in self._signals:
            return True
        if not self._ahead.knows(lock):
            return False
        tasks = dict.fromkeys((*(s.task for s in self._trace.steps), *(w.task for w in self._trace.waits)))
        gives = [task for task in tasks if self._ahead.does(task, "lock.release", lock)]
        if not gives:  # then those who ended without giving back are the ones to be named
            kept = any(lock in held and task not in self._waiting() for task, held in self._trace.holds.items())
            return is_counted(self._trace, lock) and not kept and self._ahead.nowhere("lock.release", lock)
        return any(not self._ahead.does(task, "lock.acquire", lock) for task in gives)

    def of(self, wait: Wait) -> Given | None:
        """Who could give what is waited for; None where those who took it are the ones, or nothing is known."""
        kind = _BROUGHT_BY.get(wait.op.kind)
        if kind is None or wait.op.obj is None:
            return None
        is_lock = wait.op.kind == "lock.acquire"
        if is_lock and not self.are_others(wait.op.obj):
            return None
        known = self._ahead.knows(wait.op.obj)
        if not is_lock and (wait.holders or not known):
            return None
        did = dict.fromkeys(
            s.task
            for s in self._trace.steps
            if (s.op.kind, s.op.obj) == (kind, wait.op.obj) and s.done and failure(s) is None
        )
        alive = [w for w in self._trace.waits if self._is_alive(w, wait, kind, known=known, did=did)]
        if any(w.task != wait.task for w in alive):
            alive = [w for w in alive if w.task != wait.task]
        elif not is_lock:
            return None
        ended = tuple(t for t in did if t not in self._waiting()) if is_lock else ()
        nowhere = known and self._ahead.nowhere(kind, wait.op.obj)
        return Given(tuple(w.task for w in alive), ended, known, nowhere)

    def _is_alive(self, one: Wait, wait: Wait, kind: str, *, known: bool, did: dict[str, None]) -> bool:
        """Whether a task that waits could do it; who waits for the same thing in the same way is no help."""
        if (one.op.kind, one.op.obj) == (wait.op.kind, wait.op.obj) and one.task != wait.task:
            return False
        return self._ahead.line(one.task, kind, wait.op.obj) is not None if known else one.task in did

    def _waiting(self) -> set[str]:
        return {wait.task for wait in self._trace.waits}
