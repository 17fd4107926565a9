"""Reads simple constants out of the bytes of a pickle, without unpickling: it looks at opcodes, and runs nothing."""

from __future__ import annotations

import pickletools
from typing import Any

_MOST_BYTES = 200
_PUSHES = frozenset(
    {"BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "SHORT_BINUNICODE", "BINUNICODE", "SHORT_BINBYTES"}
)
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_TUPLES = {"EMPTY_TUPLE": 0, "TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_NOTHING = frozenset({"PROTO", "FRAME"})
_MARK = object()


def constant_told(data: bytes) -> str | None:
    """A pickled None, bool, number, text, bytes or tuple of these, as Python writes it; None for anything else."""
    if not data or len(data) > _MOST_BYTES:
        return None
    stack: list[Any] = []
    known: dict[int, Any] = {}
    try:
        for opcode, argument, _ in pickletools.genops(data):
            if opcode.name == "STOP":
                return repr(stack[0]) if len(stack) == 1 and stack[0] is not _MARK else None
            if not _take(stack, known, opcode.name, argument):
                return None
    except (ValueError, IndexError):
        return None
    return None


def _take(stack: list[Any], known: dict[int, Any], name: str, argument: Any) -> bool:
    """Does what the opcode says; False for one that is not of a constant.

    A tuple that comes again is none here: few bytes can make a text without end of it.
    """
    if name in _PUSHES:
        stack.append(argument)
    elif name in _CONSTANTS:
        stack.append(_CONSTANTS[name])
    elif name in ("MEMOIZE", "BINPUT"):
        known[len(known) if name == "MEMOIZE" else argument] = stack[-1]
    elif name == "BINGET":
        if argument not in known or known[argument] is _MARK or (known[argument] and type(known[argument]) is tuple):
            return False
        stack.append(known[argument])
    elif name == "MARK":
        stack.append(_MARK)
    elif name in _TUPLES or name == "TUPLE":
        count = _TUPLES[name] if name in _TUPLES else _above_mark(stack)
        if count > len(stack):
            return False
        parts = [stack.pop() for _ in range(count)][::-1]
        if name == "TUPLE":
            stack.pop()
        if _MARK in parts:
            return False
        stack.append(tuple(parts))
    else:
        return name in _NOTHING
    return True


def _above_mark(stack: list[Any]) -> int:
    """How many things lie on the last mark; IndexError where there is none."""
    return next(count for count, thing in enumerate([*reversed(stack), None]) if thing is _MARK or count == len(stack))
