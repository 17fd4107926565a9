"""What can be said of an object before it is pickled: that nothing can change it, or that pickling runs no code.

Runs in a worker process. Nothing here asks an object, save by methods of built-in types: what it says may be code of
the student's, and so may what its class says, if that has a class of its own.
"""

from __future__ import annotations

import abc
import array
import collections
import contextlib
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import pathlib
import random
import time
import types
import uuid
from collections.abc import Callable, Iterable
from typing import Any

_id = id  # as it was before the program's own was replaced
_MAX_PARTS = 100_000
_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: a class that was made while Python ran
_METACLASSES = frozenset({type, abc.ABCMeta, enum.EnumType})
_CONSTANTS = frozenset({int, str, bytes, float, bool, type(None), complex})
_VALUES = frozenset(
    {range, slice, datetime.date, datetime.datetime, datetime.time, datetime.timedelta, datetime.timezone}
    | {time.struct_time, decimal.Decimal, fractions.Fraction, uuid.UUID, bytearray, array.array, random.Random}
    | {pathlib.PosixPath, pathlib.WindowsPath, pathlib.PurePosixPath, pathlib.PureWindowsPath}
    | {types.FunctionType, types.BuiltinFunctionType}
)
"""Types of the standard library that are pickled as a whole, or by their name."""
_SEQUENCES = frozenset({list, tuple, set, frozenset, collections.deque})
_MAPPINGS = frozenset({dict, collections.OrderedDict, collections.Counter, collections.defaultdict})
_CONTAINERS = (list, tuple, set, frozenset, dict, collections.deque)
_TELLING = ("__class__", "__getattribute__", "__getattr__", "__reduce_ex__", "__reduce__", "__getnewargs_ex__")
"""What a class may have to say how its instances are looked at and pickled; there are two more, see `_is_silent`."""
_SLOTS_GETSTATE = getattr(dataclasses, "_dataclass_getstate", None)
_NAMED_TUPLE = collections.namedtuple("_NAMED_TUPLE", "x").__getnewargs__.__code__  # type: ignore[attr-defined]


def is_immutable(obj: Any) -> bool:
    """Whether nothing can change `obj` any more, so that it does not matter when it is pickled."""
    return _all_parts(obj, _parts_of_immutable)


def is_plain(obj: Any) -> bool:
    """Whether pickling `obj` runs no code of the student's: it is made of built-in things and ordinary instances."""
    return _all_parts(obj, _parts_of_plain)


def _all_parts(obj: Any, parts_of: Callable[[Any, type], Iterable[Any] | None]) -> bool:
    """Whether `parts_of` knows the parts of `obj`, of these, and so on; each is asked for once."""
    seen: set[int] = set()
    waiting: list[Any] = [obj]
    while waiting:
        part = waiting.pop()
        kind = type(part)
        if type(kind) not in _METACLASSES:
            return False
        if kind in _CONSTANTS or _id(part) in seen:
            continue
        parts = parts_of(part, kind)
        if parts is None or len(seen) >= _MAX_PARTS:
            return False
        seen.add(_id(part))
        waiting += parts
    return True


def _parts_of_immutable(obj: Any, kind: type) -> Iterable[Any] | None:
    return obj if kind is tuple or kind is frozenset else None


def _parts_of_plain(obj: Any, kind: type) -> Iterable[Any] | None:
    """What an object is made of; None where it is not known."""
    if kind in _SEQUENCES:
        return list(obj)
    if kind in _MAPPINGS:
        factory = [obj.default_factory] if kind is collections.defaultdict else []
        return [*factory, *obj, *obj.values()]
    if kind in _VALUES or kind in _METACLASSES:
        return ()
    if kind is functools.partial:
        return [obj.func, *obj.args, *obj.keywords.values()]
    if not _is_silent(kind):
        return None
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return tuple.__iter__(obj)
    if issubclass(kind, _CONTAINERS):
        return None  # what a class of its own adds to these is not known
    state = state_of(obj, kind)
    if state is not None and issubclass(kind, BaseException):
        state += vars(BaseException)["args"].__get__(obj)
    return state


def _is_silent(kind: type) -> bool:
    """Whether no code of the class is run when an instance is looked at or pickled."""
    for owner in kind.__mro__:
        own = vars(owner)
        if not owner.__flags__ & _HEAP_TYPE or owner in (enum.Enum, enum.ReprEnum, types.SimpleNamespace):
            continue
        for name in _TELLING:
            if name in own and own[name] is not vars(enum.Enum).get(name):
                return False
        if issubclass(owner, tuple) and own.keys() & {"__iter__", "__len__", "__length_hint__"}:
            return False
        if getattr(own.get("__getnewargs__"), "__code__", None) not in (None, _NAMED_TUPLE):
            return False
        if own.get("__getstate__", _SLOTS_GETSTATE) is not _SLOTS_GETSTATE:
            return False
    return getattr(kind, "__reduce__", None) in _KNOWN_REDUCTIONS or issubclass(kind, (BaseException, enum.Enum))


_KNOWN_REDUCTIONS = (object.__reduce__, types.SimpleNamespace.__reduce__)  # of types in C, each has its own


def state_of(obj: Any, kind: type) -> list[Any] | None:
    """What an instance holds in its slots and its dictionary; None where that cannot be said."""
    held: list[Any] = []
    for owner in kind.__mro__:
        own = vars(owner)
        slots = own.get("__slots__", ())
        if not isinstance(slots, (str, tuple, list)):
            return None
        for name in (slots,) if isinstance(slots, str) else slots:
            private = name.startswith("__") and not name.endswith("__")
            slot = own.get(f"_{owner.__name__.lstrip('_')}{name}" if private else name)
            if type(slot) is types.MemberDescriptorType:
                with contextlib.suppress(AttributeError):  # nothing is in it
                    held.append(slot.__get__(obj))
            elif name not in ("__dict__", "__weakref__"):
                return None
        if "__dict__" in own and owner is not type:
            if type(own["__dict__"]) not in (types.GetSetDescriptorType, types.MemberDescriptorType):
                return None
            held += own["__dict__"].__get__(obj).values()
    return held
