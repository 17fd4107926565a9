"""Queue, JoinableQueue and SimpleQueue, in the parts that CPython builds them from.

    cell (queue, "used")          units of `_sem` in use: put and not yet got
    cell (queue, "puts", P)       items that process P put;      (queue, "buffer", P, k)   its k-th item
    cell (queue, "fed", P)        items that P's feeder is done with
    cell (queue, "write lock")    the task that writes to the pipe;   (queue, "read lock")   the one that reads
    cell (queue, "unfinished")    of a JoinableQueue: items put and not yet done;   (queue, "condition")   the task that
                                  wakes the sleepers, and has the condition's lock until all of them are awake;
                                  (queue, "sleepers")   tasks in join;   (queue, "woken", task)   one told to wake up
    cell ("exiting", P)           process P has begun to end
    the pipe's cells (see `pipes`), and ("unpickled", P): items of P that its feeders still have to pickle

A put takes a unit and leaves the item in its own process's buffer. The feeder, a task of its own, pickles it, takes the
write lock, writes to the pipe and gives the lock back. A get takes the read lock, waits for a message, gives the lock
back and then the unit. Each is a step of its own: that a getter which waits holds the read lock is why another's
`get_nowait` may say Empty while items are there.

An item that cannot change any more is pickled at the put. Any other is pickled by the feeder at some later time, so
that a change made after the put may or may not arrive: from then on each operation of the process is dependent with
its feeder's pickling.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from checker.kernel import pipes
from checker.kernel.cells import Done, Effect, Failed, Handler, NeedsPickle, Next, Outcome, Pending, View
from checker.trace import Cell, Reliance

UNPICKLED = b"\0unpickled"
"""Stands in a buffer for an item that the feeder has still to pickle; no pickle begins so."""

FEED = "queue.feed"
DROPPED = "dropped"
"""The answer of a feeder's step that lost an item."""


def _name(pending: Pending) -> str:
    assert pending.op.obj is not None
    return pending.op.obj


def _put(view: View, pending: Pending) -> Outcome:
    queue, process = _name(pending), pending.process
    maxsize, joinable = view.objects[queue].args
    block, timeout_s, pickled = pending.op.args
    if pending.stage == 0:
        if maxsize > 0 and view.get((queue, "used"), 0) >= maxsize:
            if block and timeout_s is None:
                return None
            view.wait_s = max(timeout_s, 0.0) if block else 0.0
            return Failed("Full", "")
        _add_used(view, queue, 1)
        if joinable:
            return Next("append")
    if pending.stage != "handed over":
        if joinable:
            _mind_the_killed(view)
            if view.get((queue, "condition")) is not None:
                return None
            view.add((queue, "unfinished"), 1)
        n = view.get((queue, "puts", process), 0)
        view.set((queue, "puts", process), n + 1)
        view.set((queue, "buffer", process, n), pending.op.data if pickled else UNPICKLED)
        view.effects.append(Effect("feeder", (queue,)))
        if not pickled:
            view.set(("unpickled", process), view.get(("unpickled", process), 0) + 1)
            return Next("handed over")
    return Done()


def _feed(view: View, pending: Pending) -> Outcome:
    queue, process = _name(pending), pending.process
    if type(pending.stage) is _Writing:
        outcome = _write(view, pending, pending.stage)
        if type(outcome) is Done:
            view.set((queue, "fed", process), view.get((queue, "fed", process), 0) + 1)
        return outcome
    n = view.get((queue, "fed", process), 0)
    item = view.get((queue, "buffer", process, n))
    if item is None:
        return None
    if item == UNPICKLED:
        if pending.stage == 0:
            view.set(("unpickled", process), view.get(("unpickled", process), 0) - 1)
            return NeedsPickle(queue, n)
        if pending.stage is None:
            return _drop_unpicklable(view, queue, process, n)
        item = pending.stage
    return _write(view, pending, _Writing("lock", item))


class _Writing(NamedTuple):
    """How far a message has got: "lock", "begin", "rest", "unlock" is next; `number` is its own, once it has one."""

    next: str
    item: bytes
    number: int | None = None


def _write(view: View, pending: Pending, writing: _Writing) -> Outcome:
    """Writes a message under the write lock; a writer who is killed on the way leaves the lock taken for ever."""
    queue = _name(pending)
    if writing.next == "lock":
        if view.get((queue, "write lock")) is not None:
            return None
        view.set((queue, "write lock"), pending.task)
        return Next(writing._replace(next="begin"))
    if writing.next == "begin":
        number = pipes.write(view, queue, writing.item, pending.process)
        return Next(_Writing("unlock" if number is None else "rest", writing.item, number))
    if writing.next == "rest":
        assert writing.number is not None
        return Next(writing._replace(next="unlock")) if pipes.finish(view, queue, writing.number) else None
    view.set((queue, "write lock"), None)
    return Done()


def _drop_unpicklable(view: View, queue: str, process: str, n: int) -> Outcome:
    """The item vanishes, and its unit comes back; in a process that ends the feeder gives up, and all is lost.

    See `Queue._feed`: `queue_sem.release()`, but `return` where `is_exiting()`.
    """
    if view.get(("exiting", process)):
        view.set((queue, "fed", process), view.get((queue, "puts", process)))
        return Done(DROPPED)
    _add_used(view, queue, -1)
    view.set((queue, "fed", process), n + 1)
    return Done(DROPPED)


def _add_used(view: View, queue: str, amount: int) -> None:
    """Counts the units in use; those of an unbounded queue decide nothing, so that counting them commutes."""
    if view.objects[queue].args[0] <= 0:
        view.add((queue, "used"), amount)
    else:
        view.set((queue, "used"), view.get((queue, "used"), 0) + amount)


def _get(view: View, pending: Pending) -> Outcome:
    queue, stage = _name(pending), pending.stage
    block, timeout_s = pending.op.args
    patient = block and timeout_s is None
    if stage == 0:
        if view.get((queue, "read lock")) is not None:
            if patient:
                return None
            view.wait_s = max(timeout_s, 0.0) if block else 0.0
            return Failed("Empty", "")
        view.set((queue, "read lock"), pending.task)
        return Next("read")
    if stage == "read":
        if pipes.is_broken(view, queue):
            return None
        message = pipes.read(view, queue)
        if message is not None:
            return Next(("give back", message))
        if patient:
            return None
        view.wait_s = max(timeout_s, 0.0) if block else 0.0
        return Next("empty")
    if stage == "empty":
        view.set((queue, "read lock"), None)
        return Failed("Empty", "")
    # CPython gives back the lock first in a plain get, the unit first in a timed or non-blocking one.
    step, message = stage
    if (step == "give back") == patient:
        view.set((queue, "read lock"), None)
    else:
        _add_used(view, queue, -1)
    return Next(("give back the other", message)) if step == "give back" else Done(None, message)


def _qsize(view: View, pending: Pending) -> Outcome:
    return Done(view.get((_name(pending), "used"), 0))


def _empty(view: View, pending: Pending) -> Outcome:
    return Done(pipes.first_message(view, _name(pending)) is None)


def _full(view: View, pending: Pending) -> Outcome:
    maxsize = view.objects[_name(pending)].args[0]
    return Done(maxsize > 0 and view.get((_name(pending), "used"), 0) >= maxsize)


def _join_thread(view: View, pending: Pending) -> Outcome:
    queue, process = _name(pending), pending.process
    put, fed = view.get((queue, "puts", process), 0), view.get((queue, "fed", process), 0)
    return Done() if put == fed else None


def _mind_the_killed(view: View) -> None:
    """One who was killed may have had the lock of a JoinableQueue's condition, which is not kept for so long here."""
    if view.get("killed"):
        view.rely(Reliance.DEATH)


def _task_done(view: View, pending: Pending) -> Outcome:
    queue = _name(pending)
    _mind_the_killed(view)
    if pending.stage != 0:
        # `notify_all` waits for everyone it wakes: for ever, if one of them was killed in its sleep.
        if any(view.get((queue, "woken", task)) for task in pending.stage):
            return None
        view.set((queue, "condition"), None)
        return Done()
    if view.get((queue, "condition")) is not None:
        return None
    unfinished = view.get((queue, "unfinished"), 0)
    if unfinished <= 0:
        return Failed("ValueError", "task_done() called too many times")
    view.set((queue, "unfinished"), unfinished - 1)
    sleepers = view.get((queue, "sleepers"), ()) if unfinished == 1 else ()
    if not sleepers:
        return Done()
    for task in sleepers:
        view.set((queue, "woken", task), "woken")
    view.set((queue, "sleepers"), ())
    view.set((queue, "condition"), pending.task)
    return Next(sleepers)


def _join(view: View, pending: Pending) -> Outcome:
    queue, task = _name(pending), pending.task
    _mind_the_killed(view)
    if pending.stage == "asleep":
        if not view.get((queue, "woken", task)):
            return None
        view.set((queue, "woken", task), None)
        return Next("awake")
    if view.get((queue, "condition")) is not None:
        return None
    if pending.stage == "awake" or view.get((queue, "unfinished"), 0) <= 0:
        return Done()
    view.set((queue, "sleepers"), (*view.get((queue, "sleepers"), ()), task))
    return Next("asleep")


def _simple_put(view: View, pending: Pending) -> Outcome:
    return _write(view, pending, pending.stage or _Writing("lock", pending.op.data))


def _simple_get(view: View, pending: Pending) -> Outcome:
    queue, stage = _name(pending), pending.stage
    if stage == 0:
        if view.get((queue, "read lock")) is not None:
            return None
        view.set((queue, "read lock"), pending.task)
        return Next("read")
    if stage == "read":
        message = None if pipes.is_broken(view, queue) else pipes.read(view, queue)
        return None if message is None else Next(("give back", message))
    view.set((queue, "read lock"), None)
    return Done(None, stage[1])


def is_idle(feeder: Pending, values: Mapping[Cell, Any]) -> bool:
    """Whether a feeder has nothing to do."""
    queue, process = _name(feeder), feeder.process
    return values.get((queue, "buffer", process, values.get((queue, "fed", process), 0))) is None


HANDLERS: dict[str, Handler] = {
    "queue.put": _put,
    "queue.get": _get,
    "queue.qsize": _qsize,
    "queue.empty": _empty,
    "queue.full": _full,
    "queue.join_thread": _join_thread,
    "queue.task_done": _task_done,
    "queue.join": _join,
    "simple_queue.put": _simple_put,
    "simple_queue.get": _simple_get,
    "simple_queue.empty": _empty,
    FEED: _feed,
}
