"""How long shared objects can be found by their names, as under `spawn`. Runs in a worker process.

CPython names each lock in the system, and a queue has several: a spawned process opens them by these names when it is
unpickled. The name is gone when its maker no longer holds the object, at the latest when the maker begins to end. Who
comes too late fails. (Under `fork` there are no names: the child has what its parent had.)

Shared memory has no names, but blocks: one that its maker no longer holds is given to the next that is made, though a
process that was sent it may still use it.
"""

from __future__ import annotations

import weakref
from typing import Any

from checker.controlled.conversation import CONVERSATION, post
from checker.controlled.reliance import rely


class _State:
    """The named objects that this process has made and still holds, and those that it was sent and has to open."""

    made: dict[str, weakref.ref[Any]] = {}  # noqa: RUF012 - one for the process, fresh for each task
    sent: list[str] = []  # noqa: RUF012
    lent: dict[str, tuple[weakref.ref[Any], list[Any]]] = {}  # noqa: RUF012 - memory, and the Popen of who was sent it
    users: list[Any] = []  # noqa: RUF012 - of memory that was let go of
    memories: Any = weakref.WeakValueDictionary()  # noqa: RUF012 - all that this process has made and still holds


def begin() -> None:
    """Forgets the last task."""
    _State.made = {}
    _State.sent = []
    _State.lent = {}
    _State.users = []
    _State.memories = weakref.WeakValueDictionary()


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


def lent(memory: Any, identity: str, popen: Any) -> None:
    """This process sends memory to another one, which it starts."""
    if not identity.startswith(f"{CONVERSATION.path}/"):
        return  # it was sent it itself: the maker decides
    known = _State.lent

    def gone(reference: weakref.ref[Any]) -> None:
        if known is _State.lent:
            _State.users += known.pop(identity)[1]

    known.setdefault(identity, (weakref.ref(memory, gone), []))[1].append(popen)


def memory_made(memory: Any, identity: str) -> None:
    """This process has made memory: every process that it forks from now on has it too."""
    _State.memories[identity] = memory


def lent_all(popen: Any) -> None:
    """This process has forked: the child has all of its memory."""
    for identity, memory in list(_State.memories.items()):
        lent(memory, identity, popen)


def making_memory() -> None:
    """This process makes new memory."""
    if not all(popen.has_ended for popen in _State.users):
        rely("memory")


def let_go() -> None:
    """This process begins to end: nobody finds what it has made any more."""
    CONVERSATION.gone.extend(reversed(_State.made))
    _State.made = {}
