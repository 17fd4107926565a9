"""Lock, RLock, Semaphore and BoundedSemaphore: CPython's one `SemLock` in its two kinds, counting and recursive.

    cell (lock,)   counting:   (units free, tasks that took one and have not given it back)
                   recursive:  (units free, the owner once for each time it acquired)
    cell ("gone", object)   whether its maker has let go of it: then no process can open it any more

A counting lock has no owner: anybody may release it, and the list of takers serves only the wait-for graph. A timed
acquire can fail exactly while the lock is unavailable; it is always enabled, and its failure costs virtual time.

A release looks whether there is room and then posts, so two at the same moment can both find room for one. That needs
one of them to give back what it did not take; for all others the two are one step.
"""

from __future__ import annotations

from checker.kernel.cells import Done, Failed, Handler, Next, Outcome, Pending, View
from checker.trace import ObjectRecord

SEM_VALUE_MAX = 2**31 - 1

Units = tuple[int, tuple[str, ...]]


def initial(record: ObjectRecord) -> Units:
    """The state that a lock is created in."""
    return (record.args[0] if record.args else 1), ()


def limit(record: ObjectRecord) -> int:
    """The number of units above which a release is an error."""
    if record.kind == "semaphore":
        return SEM_VALUE_MAX
    return record.args[0] if record.args else 1


def guard_is_open(view: View, guard: str, task: str) -> bool:
    """Whether `task` could take and give back the lock `guard` now, as a synchronized Value does for each access."""
    record = view.objects[guard]
    free, takers = view.get((guard,), initial(record))
    return free > 0 or (record.kind == "rlock" and takers[0] == task)


def take(view: View, lock: str, task: str) -> bool:
    """Takes one unit, if one is free (or the lock is recursive and the task's own); returns whether it did."""
    record = view.objects[lock]
    free, takers = view.get((lock,), initial(record))
    if free > 0 or (record.kind == "rlock" and takers[0] == task):
        view.set((lock,), (max(free - 1, 0), (*takers, task)))
        return True
    return False


def give_back(view: View, lock: str, task: str) -> None:
    """Gives back a unit that the task has taken."""
    record = view.objects[lock]
    free, takers = view.get((lock,), initial(record))
    if record.kind == "rlock":
        view.set((lock,), (0 if len(takers) > 1 else 1, takers[1:]))
    else:
        view.set((lock,), (free + 1, _without_one(takers, task)))


def _acquire(view: View, pending: Pending) -> Outcome:
    lock = pending.op.obj
    assert lock is not None
    if take(view, lock, pending.task):
        return Done(answer=True)
    block, timeout_s = pending.op.args
    if not block:
        return Done(answer=False)
    if timeout_s is None:
        return None
    view.wait_s = max(timeout_s, 0.0)
    return Done(answer=False)


def _release(view: View, pending: Pending) -> Outcome:
    lock = pending.op.obj
    assert lock is not None
    record = view.objects[lock]
    free, takers = view.get((lock,), initial(record))
    if record.kind == "rlock":
        if not takers or takers[0] != pending.task:
            return Failed("AssertionError", "attempt to release recursive lock not owned by thread")
    elif pending.stage == 0:
        if free >= limit(record):
            return Failed("ValueError", "semaphore or lock released too many times")
        if record.kind != "semaphore" and pending.task not in takers:
            return Next("post")
    give_back(view, lock, pending.task)
    return Done()


def _without_one(takers: tuple[str, ...], task: str) -> tuple[str, ...]:
    """Takers with one entry less: the last of `task`'s own, else the oldest (a unit given back by somebody else)."""
    for index in range(len(takers) - 1, -1, -1):
        if takers[index] == task:
            return takers[:index] + takers[index + 1 :]
    return takers[1:]


def _value(view: View, pending: Pending) -> Outcome:
    lock = pending.op.obj
    assert lock is not None
    return Done(view.get((lock,), initial(view.objects[lock]))[0])


def _state(view: View, pending: Pending) -> Outcome:
    lock = pending.op.obj
    assert lock is not None
    free, takers = view.get((lock,), initial(view.objects[lock]))
    count = takers.count(pending.task)
    return Done([free, count, count > 0])


def _open(view: View, pending: Pending) -> Outcome:
    for identity in pending.op.args[0].split():
        if view.get(("gone", identity)):
            return Failed("FileNotFoundError", "[Errno 2] No such file or directory")
    return Done()


def _unlink(view: View, pending: Pending) -> Outcome:
    for identity in pending.op.args[0].split():
        view.set(("gone", identity), "gone")
    return Done()


HANDLERS: dict[str, Handler] = {
    "lock.open": _open,
    "lock.unlink": _unlink,
    "lock.acquire": _acquire,
    "lock.release": _release,
    "lock.value": _value,
    "lock.state": _state,
}
