"""Value, Array, RawValue and RawArray as the student sees them. Runs in a worker process.

The elements live with the judge as JSON scalars. What may be stored, how it is converted and which error it gives are
ctypes' own: every value goes through a small local ctypes object first.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any, NoReturn

from checker.controlled import context, lifetimes
from checker.controlled.conversation import CONVERSATION, ask, post, refuse
from checker.controlled.synchronize import Lock, RLock

__all__ = ["Array", "RawArray", "RawValue", "Value", "copy", "synchronized"]

typecode_to_type: dict[Any, Any] = {
    "c": ctypes.c_char,
    "u": ctypes.c_wchar,
    "b": ctypes.c_byte,
    "B": ctypes.c_ubyte,
    "h": ctypes.c_short,
    "H": ctypes.c_ushort,
    "i": ctypes.c_int,
    "I": ctypes.c_uint,
    "l": ctypes.c_long,
    "L": ctypes.c_ulong,
    "q": ctypes.c_longlong,
    "Q": ctypes.c_ulonglong,
    "f": ctypes.c_float,
    "d": ctypes.c_double,
}
_TYPECODES = "c, b, B, u, h, H, i, I, l, L, q, Q, f or d"
_POINTERS = (ctypes.c_char_p, ctypes.c_wchar_p, ctypes.c_void_p, ctypes.py_object)
_MAX_INITIAL = 100_000  # elements, so that a message stays well under the wire's bound


def _type_of(typecode_or_type: Any) -> Any:
    """The simple ctypes type meant.

    Raises:
        TypeError: it is no ctypes type, in ctypes' words.
    """
    type_ = typecode_to_type.get(typecode_or_type, typecode_or_type)
    try:
        ctypes.sizeof(type_)
    except TypeError as error:
        if sys.version_info < (3, 15):
            raise
        raise TypeError(f"bad typecode (must be a ctypes type or one of {_TYPECODES})") from error
    if not issubclass(type_, ctypes._SimpleCData) or issubclass(type_, _POINTERS):
        refuse("uncontrolled", f"ctypes type {type_.__name__} in shared memory is not controlled yet")
    return type_


def _to_wire(type_: Any, value: Any) -> Any:
    return value.decode("latin-1") if type_ is ctypes.c_char else value


def _from_wire(type_: Any, scalar: Any) -> Any:
    return scalar.encode("latin-1") if type_ is ctypes.c_char else scalar


def _join(type_: Any, scalars: list[Any]) -> Any:
    """Elements read at once, as a slice of a ctypes array gives them."""
    if type_ is ctypes.c_char:
        return "".join(scalars).encode("latin-1")
    return "".join(scalars) if type_ is ctypes.c_wchar else scalars


def _split(type_: Any, local: Any) -> list[Any]:
    """Single elements of a local ctypes array, as the wire carries them."""
    return [_to_wire(type_, element) for element in local]  # never of a slice: that of c_char is bytes


def _created(type_: Any, size: int, local: list[Any], guard: str | None) -> str:
    first = local[0] if local else None
    if any(repr(element) != repr(first) for element in local):  # 0.0 is equal to -0.0
        if size > _MAX_INITIAL:
            refuse("uncontrolled", f"an Array made from {size} different elements is too large to be controlled")
        return _new(size, local, guard)
    if first is None:
        first = _to_wire(type_, type_().value)
    return _new(size, first, guard)


def _new(size: int, initial: Any, guard: str | None) -> str:
    lifetimes.making_memory()
    return CONVERSATION.create("memory", [size, initial, guard])


class _RawMemory:
    """Shared memory with simple ctypes elements."""

    def __init__(self, type_: Any, identity: str, size: int) -> None:
        self._type = type_
        self._memory = identity
        self._size = size
        lifetimes.memory_made(self, identity)

    def __reduce__(self) -> Any:
        context.assert_spawning(self)
        lifetimes.lent(self, self._memory, context.get_spawning_popen())
        return type(self), (self._type, self._memory, self._size)


class _RawValue(_RawMemory):
    """One element, in place of a ctypes object in shared memory."""

    @property
    def value(self) -> Any:
        return _from_wire(self._type, ask("memory.read", self._memory, (0,))[0])

    @value.setter
    def value(self, value: Any) -> None:
        cell = self._type()
        cell.value = value
        post("memory.write", self._memory, (0, _to_wire(self._type, cell.value)))

    def __repr__(self) -> str:
        return repr(self._type(self.value))


class _RawArray(_RawMemory):
    """A row of elements, in place of a ctypes array in shared memory."""

    def __len__(self) -> int:
        return self._size

    def __bytes__(self) -> NoReturn:
        refuse("uncontrolled", "bytes() of shared memory is not controlled yet")

    def _index(self, key: Any) -> int:
        index = int(key.__index__())
        if index < 0:
            index += self._size
        if not 0 <= index < self._size:
            raise IndexError("invalid index")
        return index

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            scalars = ask("memory.read_slice", self._memory, key.indices(self._size))[0]
            return _join(self._type, scalars)
        if not hasattr(key, "__index__"):
            return (self._type * 0)()[key]  # raises, in ctypes' words
        return _from_wire(self._type, ask("memory.read", self._memory, (self._index(key),))[0])

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, slice):
            bounds = key.indices(self._size)
            local = (self._type * len(range(*bounds)))()
            local[:] = value
            ask("memory.write_slice", self._memory, (*bounds, _split(self._type, local)))
        elif not hasattr(key, "__index__"):
            (self._type * 0)()[key] = value  # raises, in ctypes' words
        else:
            index = self._index(key)
            local = (self._type * 1)()
            local[0] = value
            post("memory.write", self._memory, (index, _to_wire(self._type, local[0])))

    def __repr__(self) -> str:
        return f"<multiprocessing.sharedctypes.{self._type.__name__}_Array_{self._size} object at {id(self):#x}>"


class _RawString(_RawArray):
    """A row of characters: c_char (bytes) or c_wchar (text)."""

    @property
    def value(self) -> Any:
        text = self[:]
        return text.split(b"\0" if self._type is ctypes.c_char else "\0", 1)[0]

    @value.setter
    def value(self, value: Any) -> None:
        local = (self._type * self._size)()
        local.value = value
        end = min(len(value) + 1, self._size)
        scalars = _split(self._type, [local[index] for index in range(end)])
        ask("memory.write_slice", self._memory, (0, end, 1, scalars))


class _RawBytes(_RawString):
    """A row of c_char."""

    @property
    def raw(self) -> bytes:
        return self[:]  # type: ignore[no-any-return]

    @raw.setter
    def raw(self, value: Any) -> None:
        local = (self._type * self._size)()
        local.raw = value
        end = memoryview(value).nbytes
        ask("memory.write_slice", self._memory, (0, end, 1, _split(self._type, (self._type * end)(*local.raw[:end]))))


def _array_class(type_: Any) -> type[_RawArray]:
    if type_ is ctypes.c_char:
        return _RawBytes
    return _RawString if type_ is ctypes.c_wchar else _RawArray


def _raw_value(typecode_or_type: Any, args: tuple[Any, ...], guard: str | None) -> _RawValue:
    type_ = _type_of(typecode_or_type)
    initial = _to_wire(type_, type_(*args).value)
    return _RawValue(type_, _new(1, initial, guard), 1)


def _raw_array(typecode_or_type: Any, size_or_initializer: Any, guard: str | None) -> _RawArray:
    type_ = _type_of(typecode_or_type)
    if isinstance(size_or_initializer, int):
        size = ctypes.sizeof(type_ * size_or_initializer) // ctypes.sizeof(type_)
        elements: list[Any] = []
    else:
        size = len(size_or_initializer)
        elements = _split(type_, (type_ * size)(*size_or_initializer))
    return _array_class(type_)(type_, _created(type_, size, elements, guard), size)


def RawValue(typecode_or_type: Any, *args: Any) -> Any:
    """Returns a ctypes object allocated from shared memory"""
    return _raw_value(typecode_or_type, args, None)


def RawArray(typecode_or_type: Any, size_or_initializer: Any) -> Any:
    """Returns a ctypes array allocated from shared memory"""
    return _raw_array(typecode_or_type, size_or_initializer, None)


def _lock_for(lock: Any, ctx: Any) -> Any:
    if lock in (True, None):
        lock = (ctx or context._default_context.get_context()).RLock()
    if not hasattr(lock, "acquire"):
        raise AttributeError(f"{lock!r} has no method 'acquire'")
    return lock


def _guard(lock: Any) -> str | None:
    """The identity of the lock that each access takes and gives back, where the judge can do that in one step."""
    return lock._identity if type(lock) in (Lock, RLock) else None


def Value(typecode_or_type: Any, *args: Any, lock: Any = True, ctx: Any = None) -> Any:
    """Return a synchronization wrapper for a Value"""
    if lock is False:
        return RawValue(typecode_or_type, *args)
    _type_of(typecode_or_type)(*args)  # a wrong type is an error before the lock is one
    lock = _lock_for(lock, ctx)
    return _wrapped(_raw_value(typecode_or_type, args, _guard(lock)), lock, guarded=_guard(lock) is not None)


def Array(typecode_or_type: Any, size_or_initializer: Any, *, lock: Any = True, ctx: Any = None) -> Any:
    """Return a synchronization wrapper for a RawArray"""
    if lock is False:
        return RawArray(typecode_or_type, size_or_initializer)
    _type_of(typecode_or_type)
    lock = _lock_for(lock, ctx)
    raw = _raw_array(typecode_or_type, size_or_initializer, _guard(lock))
    return _wrapped(raw, lock, guarded=_guard(lock) is not None)


def copy(obj: Any) -> NoReturn:
    refuse("uncontrolled", "multiprocessing.sharedctypes.copy is not controlled yet")


def synchronized(obj: Any, lock: Any = None, ctx: Any = None) -> Any:
    assert not isinstance(obj, SynchronizedBase), "object already synchronized"
    return _wrapped(obj, _lock_for(lock, ctx), guarded=False)


from checker.controlled.synchronized import SynchronizedBase, wrapped as _wrapped  # noqa: E402, I001 - they build on the above
