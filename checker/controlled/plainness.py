"""What can be said of an object before it is pickled: that nothing can change it, or that pickling runs no code.

Runs in a worker process.
"""

from __future__ import annotations

import array
import collections
import contextlib
import dataclasses
import datetime
import decimal
import enum
import fractions
import pathlib
import types
import uuid
from collections.abc import Callable, Iterable
from typing import Any

_id = id  # as it was before the program's own was replaced
_MAX_PARTS = 100_000
_CONSTANTS = frozenset({int, str, bytes, float, bool, type(None), complex})
_VALUES = frozenset(
    {range, datetime.date, datetime.datetime, datetime.time, datetime.timedelta, datetime.timezone, decimal.Decimal}
    | {fractions.Fraction, uuid.UUID, pathlib.PosixPath, pathlib.WindowsPath, bytearray, array.array}
    | {types.FunctionType, types.BuiltinFunctionType, type, enum.EnumType}
)
"""Types of the standard library that are pickled as a whole, or by their name."""
_SEQUENCES = frozenset({list, tuple, set, frozenset, collections.deque})
_MAPPINGS = frozenset({dict, collections.OrderedDict, collections.Counter, collections.defaultdict})
_PICKLING = ("__reduce_ex__", "__reduce__", "__getstate__", "__getnewargs__", "__getnewargs_ex__")
_LOOKING_UP = ("__getattribute__", "__getattr__")
_SLOTS_GETSTATE = getattr(dataclasses, "_dataclass_getstate", None)


def is_immutable(obj: Any) -> bool:
    """Whether nothing can change `obj` any more, so that it does not matter when it is pickled."""
    return _all_parts(obj, _parts_of_immutable)


def is_plain(obj: Any) -> bool:
    """Whether pickling `obj` runs no code of the student's: it is made of built-in things and ordinary instances."""
    return _all_parts(obj, _parts_of_plain)


def _all_parts(obj: Any, parts_of: Callable[[Any], Iterable[Any] | None]) -> bool:
    """Whether `parts_of` knows the parts of `obj`, of these, and so on; each is asked for once."""
    seen: set[int] = set()
    waiting: list[Any] = [obj]
    while waiting:
        part = waiting.pop()
        if type(part) in _CONSTANTS or _id(part) in seen:
            continue
        parts = parts_of(part)
        if parts is None or len(seen) >= _MAX_PARTS:
            return False
        seen.add(_id(part))
        waiting += parts
    return True


def _parts_of_immutable(obj: Any) -> Iterable[Any] | None:
    return obj if type(obj) in (tuple, frozenset) else None


def _parts_of_plain(obj: Any) -> Iterable[Any] | None:
    kind = type(obj)
    if kind in _SEQUENCES:
        return list(obj)
    if kind in _MAPPINGS:
        return [*obj, *obj.values()]
    if kind in _VALUES or isinstance(obj, enum.Enum):
        return ()
    if isinstance(obj, tuple) and hasattr(kind, "_fields") and _is_pickled_as(kind, tuple, besides="__getnewargs__"):
        return tuple(obj)
    if isinstance(obj, (list, tuple, set, frozenset, dict, collections.deque)):
        return None  # what a class of its own adds to these is not known
    if isinstance(obj, BaseException) and _is_pickled_as(kind, BaseException):
        return [*obj.args, *vars(obj).values()]
    if _is_pickled_as(kind, object, besides="__getstate__" if hasattr(kind, "__slots__") else ""):
        return _state_of(obj, kind)
    return None


def _is_pickled_as(kind: type, base: type, besides: str = "") -> bool:
    """Whether instances of `kind` are pickled as those of `base`, by no code of the class's own."""
    names = (*_PICKLING, *_LOOKING_UP)
    return all(getattr(kind, name, None) is getattr(base, name, None) for name in names if name != besides)


def _state_of(obj: Any, kind: type) -> list[Any] | None:
    """What an ordinary instance holds; None where that cannot be said without running code of its class."""
    if getattr(kind, "__getstate__", None) not in (getattr(object, "__getstate__", None), _SLOTS_GETSTATE):
        return None
    held: list[Any] = []
    for owner in kind.__mro__:
        slots = vars(owner).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            slot = vars(owner).get(name)
            if type(slot) is types.MemberDescriptorType:
                with contextlib.suppress(AttributeError):  # nothing is in it
                    held.append(slot.__get__(obj))
            elif name not in ("__dict__", "__weakref__"):
                return None
    return held + list(vars(obj).values()) if hasattr(obj, "__dict__") else held
