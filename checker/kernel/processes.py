"""Processes: starting, ending, waiting for one, signals.

    cell ("life", path)               None before the start, "started", "running", then the exit code
    cell ("exiting", path)            written when the process begins to end (see `queues`)
    cell ("ignored", path)            the signals that the process ignores; a new process begins with its parent's
    cell ("joined", path)             written when a process that was killed is joined
    cell "killed"                     how many were killed while they ran, and may have been using a JoinableQueue

A signal ends a process at once. For real that takes a moment, in which it still seems to be alive: whoever looks
before it is joined relies on that (`Reliance.DEATH`), and so does whoever uses a JoinableQueue whose lock the process
may have taken with it.

Every step of a process reads its "life", which only its start, its end and a signal write: so whatever a process still
does is dependent with being killed, and with nothing else.
"""

from __future__ import annotations

import signal

from checker.kernel.cells import UNCERTAIN, Done, Effect, Failed, Handler, Outcome, Pending, View
from checker.trace import Reliance

BEGIN = "begin"
_HARMLESS = frozenset(
    int(getattr(signal, name))
    for name in ("SIGCHLD", "SIGCONT", "SIGURG", "SIGWINCH", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU")
    if hasattr(signal, name)
)
_SIGKILL = 9
_NONE: frozenset[int] = frozenset()


def has_ended(life: object) -> bool:
    """Whether a "life" cell says that the process has ended: then it holds the exit code."""
    return type(life) is int


def _start(view: View, pending: Pending) -> Outcome:
    path, (name, daemon) = pending.op.obj, pending.op.args
    view.set(("life", path), "started")
    ignored = view.get(("ignored", pending.process), _NONE)
    if ignored:
        view.set(("ignored", path), ignored)
    view.effects.append(Effect("start", (path, name, daemon, pending.op.data)))
    return Done()


def _begin(view: View, pending: Pending) -> Outcome:
    if view.get(("life", pending.process)) != "started":
        return None
    view.set(("life", pending.process), "running")
    return Done()


def _join(view: View, pending: Pending) -> Outcome:
    life = view.get(("life", pending.op.obj))
    (timeout_s,) = pending.op.args
    if has_ended(life):
        if life < 0:
            if timeout_s is not None:
                _look_at_the_dying(view, pending)
            view.set(("joined", pending.op.obj), "joined")
        return Done(answer=True)
    if timeout_s is None:
        return None
    view.wait_s = max(timeout_s, 0.0)
    return Done(answer=False)


def _poll(view: View, pending: Pending) -> Outcome:
    life = view.get(("life", pending.op.obj))
    if has_ended(life) and life < 0:
        _look_at_the_dying(view, pending)
    return Done(life if has_ended(life) else None)


def _look_at_the_dying(view: View, pending: Pending) -> None:
    if view.get(("joined", pending.op.obj)) is None:
        view.rely(Reliance.DEATH)


def _signal(view: View, pending: Pending) -> Outcome:
    path, (number,) = pending.op.obj, pending.op.args
    life = view.get(("life", path))
    if life is None:
        return Failed("ProcessLookupError", "[Errno 3] No such process")
    if has_ended(life) or number <= 0 or number in _HARMLESS:
        return Done()
    if number != _SIGKILL and number in view.get(("ignored", path), _NONE):
        return Done()
    view.set(("life", path), -number)
    if life == "running":
        view.add("killed", 1)
    view.effects.append(Effect("kill", (path, -number)))
    return Done()


def _disposition(view: View, pending: Pending) -> Outcome:
    number, what = pending.op.args
    ignored = view.get(("ignored", pending.process), _NONE)
    view.set(("ignored", pending.process), ignored | {number} if what == "ignore" else ignored - {number})
    return Done()


def _exiting(view: View, pending: Pending) -> Outcome:
    view.set(("exiting", pending.process), "exiting")
    return Done()


def _exit(view: View, pending: Pending) -> Outcome:
    code, traceback, has_result, result = pending.op.args
    code &= 0xFF
    view.set(("life", pending.process), code)
    view.effects.append(Effect("end", (code, traceback, has_result, result)))
    return Done()


def _refuse(view: View, pending: Pending) -> Outcome:
    view.effects.append(Effect("refuse", pending.op.args))
    return Done()


def _rely(view: View, pending: Pending) -> Outcome:
    if pending.op.args[0] not in (Reliance.RANDOM.value, Reliance.CLOCK.value):
        view.add(UNCERTAIN, 1)
    view.effects.append(Effect("rely", pending.op.args))
    return Done()


def _endless_loop(view: View, pending: Pending) -> Outcome:
    view.effects.append(Effect("endless_loop", ()))
    return Done()


HANDLERS: dict[str, Handler] = {
    BEGIN: _begin,
    "process.start": _start,
    "process.join": _join,
    "process.poll": _poll,
    "process.signal": _signal,
    "signal.disposition": _disposition,
    "exiting": _exiting,
    "exit": _exit,
    "rely": _rely,
    "refuse": _refuse,
    "endless_loop": _endless_loop,
}
