"""Constants are read out of pickles without unpickling, whatever the bytes are."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.analysis.pickled import constant_told

CONSTANTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(max_size=30),
    lambda parts: st.lists(parts, max_size=5).map(tuple),
    max_leaves=5,
)


@given(CONSTANTS)
def test_a_constant_is_told_as_python_writes_it(value):
    data = pickle.dumps(value)
    again = len(data) > 150 or repr(value).count("(") > 1  # it is long, or a tuple in it may come twice
    assert constant_told(data) in ({repr(value), None} if again else {repr(value)})


@pytest.mark.parametrize("value", [[1], {"a": 1}, object, len, ("a", [1]), {1}, range(3), 1j, Exception("x")])
def test_anything_else_is_not_told(value):
    assert constant_told(pickle.dumps(value)) is None


class Bomb:
    def __reduce__(self):
        return exec, ("raise AssertionError('it was unpickled')",)


def test_nothing_is_run():
    assert constant_told(pickle.dumps(Bomb())) is None


def test_a_text_without_end_is_not_made():
    value = "x"
    for _ in range(30):
        value = (value, value)
    assert constant_told(pickle.dumps(value)) is None


@given(st.binary(max_size=40) | CONSTANTS.map(lambda value: pickle.dumps(value)[:-1]))
def test_no_bytes_are_too_strange(data):
    constant_told(data)


@pytest.mark.parametrize("data", [b"", b"t.", b"(.", b"(\x85.", b"NN.", b"\x86.", b"N\x86.", b".", b"(N\x86.", b"\x80"])
def test_what_is_no_whole_pickle_is_not_told(data):
    assert constant_told(data) is None
