"""id() of shared objects and hash() of texts: others in each spawned process. Runs in a worker process.

Real processes lay out their memory each in its own way, so an order by id() is another order in another process. Here
every second child sees the shared objects in the opposite order: whoever relies on the order is found out, always. The
same goes for an order by hash(), which starts from another random number in each process. The order in which a set of
texts is gone through is one and the same here: nothing but real runs shows what depends on that. A program that uses
either function itself is never proved. A forked process has its parent's memory, and sees it as that does.
"""

from __future__ import annotations

import builtins
import zlib
from sys import _getframe
from types import FrameType
from typing import Any

from checker.controlled.conversation import CONVERSATION
from checker.controlled.reliance import rely

_real_id = builtins.id
_real_hash = builtins.hash
_MIDDLE = 0x7F80_0000_0000
_STEP = 48


def id(obj: object, /) -> int:
    """Return the identity of an object."""
    _note(_getframe(1))
    return _id(obj)


def _id(obj: Any) -> int:
    if not _is_shared(obj):
        return _real_id(obj)
    identity: str = obj._identity
    maker, _, count = identity.rpartition(".")
    place = (zlib.crc32(maker.encode()) % 4096 * 65536 + int(count)) * _STEP
    return _MIDDLE - place if _is_odd() else _MIDDLE + place


def hash(obj: Any, /) -> int:
    """Return the hash value for the given object."""
    value = _real_hash(obj)
    is_by_identity = getattr(type(obj), "__hash__", None) is object.__hash__
    is_salted = _is_salted(obj)
    if is_by_identity or is_salted:
        _note(_getframe(1))
    if _is_shared(obj):
        return _id(obj) >> 4
    return ~value if is_salted and _is_odd() else value


def _is_shared(obj: object) -> bool:
    return type(getattr(obj, "_identity", None)) is str and type(obj).__module__.startswith("multiprocessing.")


def _note(caller: FrameType) -> None:
    """Takes note that the program itself, not a library that it uses, asked for an identity or a hash."""
    if caller.f_code.co_filename == CONVERSATION.file:
        rely("identity")


def _is_salted(obj: Any) -> bool:
    kind = type(obj)
    return kind is str or kind is bytes or (kind is tuple and any(map(_is_salted, obj)))


def _is_odd() -> bool:
    """Whether this process sees things in the opposite order."""
    own_number = CONVERSATION.image.rpartition(".")[2]
    return own_number.isdecimal() and int(own_number) % 2 == 1


PATCHES: list[tuple[Any, str, Any]] = [(builtins, "id", id), (builtins, "hash", hash)]
