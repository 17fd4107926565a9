"""What can be said of an object before it is pickled."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import pickle
import time
import types
import uuid
from pathlib import Path

import pytest

from checker.controlled.plainness import is_immutable, is_plain


class Colour(enum.Enum):
    RED = 1


class Ordinary:
    def __init__(self, held=1):
        self.held = held


@dataclasses.dataclass(slots=True)
class Slotted:
    held: object
    other: object = None


class OneSlot:
    __slots__ = "held"


Point = collections.namedtuple("Point", "x y")


class Odd:
    def __call__(self):
        pass

    def __reduce__(self):
        raise AssertionError("its code was run")


class OddState(Ordinary):
    def __getstate__(self):
        raise AssertionError("its code was run")


class OddLook(Ordinary):
    def __getattr__(self, name):
        raise AssertionError("its code was run")


class OwnList(list):
    pass


class PrivateSlot:
    __slots__ = ("__held",)

    def __init__(self):
        self.__held = 1


class Text(str):
    pass


class OddLookup:
    def __getattribute__(self, name):
        raise AssertionError("its code was run")


class OddClass(Ordinary):
    @property
    def __class__(self):
        raise AssertionError("its code was run")


class OddMeta(type):
    def __getattribute__(cls, name):
        raise AssertionError("its code was run")

    def __hash__(cls):
        raise AssertionError("its code was run")


class OfOddMeta(metaclass=OddMeta):
    pass


class OddPoint(collections.namedtuple("OddPoint", "x")):
    def __iter__(self):
        raise AssertionError("its code was run")


class OddColour(enum.Enum):
    RED = 1

    def __reduce_ex__(self, protocol):
        raise AssertionError("its code was run")


class OddArgs(Exception):
    @property
    def args(self):
        raise AssertionError("its code was run")


class OddError(Exception):
    def __reduce__(self):
        raise AssertionError("its code was run")


def circle():
    items = []
    items.append(items)
    return items


def doubled(item, times=60):
    for _ in range(times):
        item = (item, item)
    return item


CONSTANT = [1, "text", b"bytes", 2.5, None, (1, ("a", frozenset({2}))), doubled(1)]
PLAIN = [
    [1, {"a": {2}}],
    collections.deque([1, 2]),
    collections.Counter("aab"),
    collections.OrderedDict(a=1),
    collections.defaultdict(list, a=[1]),
    datetime.datetime(2020, 1, 1),
    decimal.Decimal("1.5"),
    fractions.Fraction(1, 3),
    uuid.UUID(int=7),
    Path("a"),
    range(3),
    print,
    Ordinary,
    Colour.RED,
    Ordinary([1, Ordinary()]),
    Slotted([1], Slotted(2)),
    OneSlot(),
    Point(1, [2]),
    ValueError("no", [1]),
    circle(),
    doubled([1]),
    PrivateSlot(),
    Text("a"),
    types.SimpleNamespace(a=[1]),
    time.localtime(0),
    functools.partial(int, 1),
    OSError(2, "no"),
    KeyError("a"),
    OddArgs(1),
    slice(1, 2),
]
NOT_PLAIN = [Odd(), [Odd()], {"a": (Odd(),)}, OddState(), OddLook(), OwnList([1]), Ordinary(Odd()), Slotted(Odd())]
NOT_PLAIN += [OddLookup(), OddClass(), OfOddMeta(), OddPoint(1), OddColour.RED, types.SimpleNamespace(a=Odd())]
NOT_PLAIN += [collections.defaultdict(Odd()), functools.partial(int, Odd())]
NOT_PLAIN += [Point(1, Odd()), OddError("a"), ValueError(Odd())]


@pytest.mark.parametrize("obj", CONSTANT, ids=lambda obj: type(obj).__name__ if type(type(obj)) is type else "odd")
def test_what_nothing_can_change(obj):
    assert is_immutable(obj)
    assert is_plain(obj)


@pytest.mark.parametrize("obj", PLAIN, ids=lambda obj: type(obj).__name__ if type(type(obj)) is type else "odd")
def test_what_is_pickled_without_code_of_the_students(obj):
    assert not is_immutable(obj)
    assert is_plain(obj)
    assert pickle.dumps(obj)


@pytest.mark.parametrize("number", range(len(NOT_PLAIN)))  # pytest itself would run their code
def test_what_is_not(number):
    assert not is_plain(NOT_PLAIN[number])


def test_an_empty_slot_holds_nothing():
    one = OneSlot()
    assert is_plain(one)
    one.held = Odd()
    assert not is_plain(one)
