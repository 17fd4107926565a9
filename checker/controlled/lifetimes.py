"""How long shared objects can be found by their names, as under `spawn`. Runs in a worker process.

CPython names each lock in the system, and a queue has several: a spawned process opens them by these names when it is
unpickled. The name is gone when its maker no longer holds the object, at the latest when the maker begins to end. Who
comes too late fails. (Under `fork` there are no names: the child has what its parent had.)
"""

from __future__ import annotations

import weakref
from typing import Any

from checker.controlled.conversation import CONVERSATION, post


class _State:
    """The named objects that this process has made and still holds, and those that it was sent and has to open."""

    made: dict[str, weakref.ref[Any]] = {}  # noqa: RUF012 - one for the process, fresh for each task
    sent: list[str] = []  # noqa: RUF012


def begin() -> None:
    """Forgets the last task."""
    _State.made = {}
    _State.sent = []


def made(obj: Any, identity: str, ctx: Any) -> None:
    """This process has made `obj`, in the context `ctx`."""
    if ctx is not None and ctx.get_start_method() == "fork":
        return
    alive = _State.made

    def gone(reference: weakref.ref[Any]) -> None:
        if alive.pop(identity, None) is not None and alive is _State.made:
            CONVERSATION.gone.append(identity)

    alive[identity] = weakref.ref(obj, gone)


def sent(identity: str) -> None:
    """This process is about to begin, and was sent an object."""
    _State.sent.append(identity)


def open_all() -> None:
    """Opens what this process was sent.

    Raises:
        FileNotFoundError: the maker of one of them has let go of it.
    """
    if _State.sent:
        post("lock.open", None, (" ".join(_State.sent),))


def let_go() -> None:
    """This process begins to end: nobody finds what it has made any more."""
    CONVERSATION.gone.extend(reversed(_State.made))
    _State.made = {}
