"""id() of shared objects: another one in each process, as under `spawn`. Runs in a worker process.

Real processes lay out their memory each in its own way, so an order by id() is another order in another process. Here
every second child sees the shared objects in the opposite order: whoever relies on the order is found out, always.
"""

from __future__ import annotations

import builtins
import zlib
from typing import Any

from checker.controlled.conversation import CONVERSATION

_real_id = builtins.id
_MIDDLE = 0x7F80_0000_0000
_STEP = 48


def id(obj: object, /) -> int:
    """Return the identity of an object."""
    identity = getattr(obj, "_identity", None)
    if type(identity) is not str or not type(obj).__module__.startswith("multiprocessing."):
        return _real_id(obj)
    maker, _, count = identity.rpartition(".")
    place = (zlib.crc32(maker.encode()) % 4096 * 65536 + int(count)) * _STEP
    own_number = CONVERSATION.path.rpartition(".")[2]
    return _MIDDLE - place if own_number.isdecimal() and int(own_number) % 2 else _MIDDLE + place


PATCHES: list[tuple[Any, str, Any]] = [(builtins, "id", id)]
