"""Pickling between processes, as in CPython's `multiprocessing.reduction`. Runs in a worker process."""

from __future__ import annotations

import copyreg
import functools
import io
import pickle
from collections.abc import Callable
from typing import Any, ClassVar

__all__ = ["ForkingPickler", "dump", "register"]

_ATOMS = frozenset({int, str, bytes, bytearray, float, bool, type(None), complex})
_PICKLING = frozenset(
    {"__reduce_ex__", "__reduce__", "__getstate__", "__getnewargs__", "__getnewargs_ex__"}
    | {"__slots__", "__getattribute__", "__getattr__"}
)
_CONTAINERS = frozenset({list, tuple, set, frozenset})


class ForkingPickler(pickle.Pickler):
    """Pickler subclass used by multiprocessing."""

    _extra_reducers: ClassVar[dict[type, Callable[[Any], Any]]] = {}
    _copyreg_dispatch_table = copyreg.dispatch_table

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.dispatch_table = self._copyreg_dispatch_table.copy()
        self.dispatch_table.update(self._extra_reducers)

    @classmethod
    def register(cls, type: type, reduce: Callable[[Any], Any]) -> None:
        """Register a reduce function for a type."""
        cls._extra_reducers[type] = reduce

    @classmethod
    def dumps(cls, obj: Any, protocol: int | None = None) -> memoryview:
        buffer = io.BytesIO()
        cls(buffer, protocol).dump(obj)
        return buffer.getbuffer()

    loads = staticmethod(pickle.loads)


register = ForkingPickler.register


def dump(obj: Any, file: Any, protocol: int | None = None) -> None:
    """Replacement for pickle.dump() using ForkingPickler."""
    ForkingPickler(file, protocol).dump(obj)


def _reduce_method(m: Any) -> Any:
    if m.__self__ is None:
        return getattr, (m.__class__, m.__func__.__name__)
    return getattr, (m.__self__, m.__func__.__name__)


class _C:
    def f(self) -> None:
        pass


register(type(_C().f), _reduce_method)


def _reduce_method_descriptor(m: Any) -> Any:
    return getattr, (m.__objclass__, m.__name__)


register(type(list.append), _reduce_method_descriptor)
register(type(int.__add__), _reduce_method_descriptor)


def _reduce_partial(p: Any) -> Any:
    return _rebuild_partial, (p.func, p.args, p.keywords or {})


def _rebuild_partial(func: Any, args: Any, keywords: Any) -> Any:
    return functools.partial(func, *args, **keywords)


register(functools.partial, _reduce_partial)


def is_plain(obj: Any) -> bool:
    """Whether pickling `obj` runs no code of the student's: it is made of built-in things and ordinary instances."""
    kind = type(obj)
    if kind in _ATOMS:
        return True
    try:
        if kind is dict:
            return all(is_plain(key) and is_plain(value) for key, value in obj.items())
        if kind in _CONTAINERS:
            return all(map(is_plain, obj))
        return _is_pickled_as_usual(kind) and is_plain(vars(obj))
    except (RecursionError, TypeError):
        return False


def _is_pickled_as_usual(kind: type) -> bool:
    """Whether instances of a class are pickled as their type and what `vars` holds of them, by no code of its own."""
    return all(getattr(kind, name, None) is getattr(object, name, None) for name in _PICKLING)
