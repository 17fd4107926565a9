"""A process's own state, written down: equal texts mean that it will do the same again. Runs in a worker process.

What is looked at is all that can be reached: variables, what they hold, functions with their cells and defaults,
classes of the program with their attributes. Anything whose inside cannot be seen makes the whole unknown: a generator,
an iterator, a file. Nothing here asks an object, as in `plainness`.
"""

from __future__ import annotations

import abc
import collections
import enum
import types
import weakref
from collections.abc import Iterable
from hashlib import blake2b
from random import Random
from typing import Any

from checker.controlled.plainness import state_of

_id = id  # as it was before the program's own was replaced
_MAX_PARTS = 5000
_BY_REPR = frozenset({int, str, bytes, float, bool, type(None), complex, range, bytearray, type(Ellipsis)})
_SEQUENCES = frozenset({list, tuple, collections.deque})
_MAPPINGS = frozenset({dict, collections.OrderedDict, collections.Counter, types.MappingProxyType})
_DESCRIPTORS = (
    types.MemberDescriptorType,
    types.GetSetDescriptorType,
    types.WrapperDescriptorType,
    types.MethodDescriptorType,
    types.ClassMethodDescriptorType,
)
_HOLDING = (types.MemberDescriptorType, types.GetSetDescriptorType)
_OF_CLASSES = frozenset(
    {"__dict__", "__weakref__", "__doc__", "__module__", "__qualname__"}
    | {"__annotations__", "__annotate_func__", "__annotations_cache__", "__conditional_annotations__"}
)
_METHODS_LEFT_OUT = _OF_CLASSES | {"__abstractmethods__", "_abc_impl", "__firstlineno__", "__static_attributes__"}
_OWN_MODULES = frozenset({"__main__", "__mp_main__"})
_KNOWN_MODULES = _OWN_MODULES | frozenset({"enum", "multiprocessing", "checker"})
_SET_ONCE = frozenset({"AuthenticationString", "DefaultContext", "SpawnContext", "ForkContext", "ForkServerContext"})
_LAZY = getattr(types, "LazyImportType", None)  # since Python 3.15: a module that is not imported yet
_METACLASSES = frozenset({type, abc.ABCMeta, enum.EnumType})


class Unknown(Exception):
    """There is something whose inside cannot be seen."""


def digest(roots: Iterable[Any], file: str, *, sets: bool) -> bytes:
    """A digest of all that can be reached from `roots` in the program `file`.

    `sets`: none is ever changed, so that what a set is can be seen from what it holds, in its order.

    Raises:
        Unknown: not all of it can be seen.
    """
    writer = _Writer(file, sets=sets)
    for root in roots:
        writer.write(root)
    return blake2b("\n".join(writer.words).encode("utf-8", "surrogatepass"), digest_size=16).digest()


class _Writer:
    """Writes objects down, depth first; an object met again is written as the number it was first met with."""

    def __init__(self, file: str, *, sets: bool) -> None:
        self.words: list[str] = []
        self._file = file
        self._sets = sets
        self._seen: dict[int, int] = {}
        self._kept: list[Any] = []
        self._parts = 0

    def write(self, root: Any) -> None:
        waiting: list[Any] = [root]
        words, seen = self.words, self._seen
        while waiting:
            obj = waiting.pop()
            kind = type(obj)
            if kind in _BY_REPR:
                words.append(self._text(obj, kind))
                continue
            number = seen.get(_id(obj))
            if number is not None:
                words.append(f"#{number}")
                continue
            if len(seen) > _MAX_PARTS:
                raise Unknown
            seen[_id(obj)] = len(seen)
            self._kept.append(obj)  # so that no other gets its identity meanwhile
            word, parts = self._described(obj, kind)
            words.append(f"{word} {len(parts)}")
            waiting += reversed(parts)

    @staticmethod
    def _text(obj: Any, kind: type) -> str:
        try:
            return f"{kind.__name__} {obj!r}"
        except ValueError:  # an int of thousands of digits
            raise Unknown from None

    def _described(self, obj: Any, kind: type) -> tuple[str, list[Any]]:
        """What an object is, in a word, and what it is made of."""
        if kind in _SEQUENCES:
            return kind.__name__, [*obj, obj.maxlen] if kind is collections.deque else list(obj)
        if kind in _MAPPINGS:
            return kind.__name__, [*(part for pair in obj.items() for part in pair), *_attributes_of(obj)]
        if kind is set or kind is frozenset:
            if (kind is set and not self._sets) or not all(type(part) in _BY_REPR for part in obj):
                raise Unknown  # where `set.pop` goes on, and which places are free, nobody can see
            return f"{kind.__name__} {kind.__sizeof__(obj)}", list(obj)
        if kind is types.FunctionType:
            return self._function(obj)
        if kind is types.MethodType:
            return "method", [obj.__func__, obj.__self__]
        if kind is types.CellType:
            try:
                return "cell", [obj.cell_contents]
            except ValueError:
                return "empty cell", []
        if kind is types.BuiltinFunctionType:
            owner = obj.__self__
            return f"builtin {obj.__qualname__}", [] if owner is None or type(owner) is types.ModuleType else [owner]
        if kind is _LAZY:
            return f"{obj!r}", []
        if kind is types.ModuleType:
            return f"module {obj.__name__}", []
        if kind in (staticmethod, classmethod):
            return kind.__name__, [obj.__func__]
        if kind is property:
            return "property", [obj.fget, obj.fset, obj.fdel]
        if kind in _DESCRIPTORS:
            return f"descriptor {obj.__qualname__}", []
        if kind is weakref.ReferenceType:
            return "weak reference", [obj()]
        if kind is Random:
            return "random", [obj.getstate()]
        if isinstance(obj, type):
            return self._class(obj)
        return self._instance(obj, kind)

    def _function(self, obj: types.FunctionType) -> tuple[str, list[Any]]:
        code = obj.__code__
        name = f"function {obj.__module__}.{code.co_qualname} {_id(code)}"  # several may have one name and one line
        if code.co_filename != self._file and obj.__closure__ is None and not vars(obj):
            return name, []  # a library's, with nothing of its own
        return name, [obj.__closure__, obj.__defaults__, obj.__kwdefaults__, vars(obj)]

    def _class(self, obj: type) -> tuple[str, list[Any]]:
        if obj.__module__ not in _OWN_MODULES:
            return f"class {obj.__module__}.{obj.__qualname__}", []
        own = [(name, value) for name, value in vars(obj).items() if name not in _METHODS_LEFT_OUT]
        return f"class {obj.__qualname__}", [*obj.__bases__, *(part for pair in own for part in pair)]

    def _instance(self, obj: Any, kind: type) -> tuple[str, list[Any]]:
        """An instance of a class that is the program's own or `multiprocessing`'s, or an exception."""
        if type(kind) not in _METACLASSES:
            raise Unknown
        name = f"{kind.__module__}.{kind.__qualname__}"
        if kind.__module__.startswith("multiprocessing.") and kind.__name__ in _SET_ONCE:
            return name, _attributes_of(obj)
        for owner in kind.__mro__:
            if owner is object or issubclass(BaseException, owner):
                continue
            if owner.__module__.partition(".")[0] not in _KNOWN_MODULES and not issubclass(owner, BaseException):
                raise Unknown
        held = state_of(obj, kind)
        if held is None:
            raise Unknown
        if issubclass(kind, BaseException):
            if any(map(_holds_more, kind.__mro__)):
                raise Unknown
            held = [*held, *vars(BaseException)["args"].__get__(obj)]
        return name, [kind, *_names_of(obj), *held]


def _holds_more(owner: type) -> bool:
    """Whether it is an exception of Python's that holds something of its own, as OSError its number."""
    if owner.__module__ != "builtins" or owner in (BaseException, object):
        return False
    return any(type(value) in _HOLDING for value in vars(owner).values())


def _attributes_of(obj: Any) -> list[Any]:
    try:
        return [object.__getattribute__(obj, "__dict__")]
    except AttributeError:
        return []


def _names_of(obj: Any) -> list[str]:
    try:
        return [name for name in object.__getattribute__(obj, "__dict__") if type(name) is str]
    except AttributeError:
        return []
