"""A schedule as text: reading it back is the identity, and any other text is wrong use."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.errors import UsageError
from checker.schedules import MAX_STEPS, decode, encode, slug

TASKS = st.from_regex(r"main(\.[1-9][0-9]?){0,2}(/feeder\.main/queue\.[1-9])?", fullmatch=True)
NAMES = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9 ,'-]*[A-Za-z0-9])?", fullmatch=True)


@given(NAMES, st.lists(TASKS, min_size=1, max_size=60))
def test_reading_back_is_the_identity(name, choices):
    text = encode(name, choices)
    assert decode(text) == (slug(name), tuple(choices))
    assert decode(f"  {text}\n") == decode(text)
    assert re.fullmatch(r"[a-z0-9@+:./-]+", text), "nothing in it needs quoting in a shell"


def test_what_it_looks_like():
    text = encode("there and back", ["main"] * 5 + ["main.1"] * 3 + ["main.2"])
    assert text == "there-and-back@main:5+main.1:3+main.2:1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "x@",
        "@main:1",
        "main:1",
        "x@main",
        "x@main:",
        "x@:3",
        "x@main:-1",
        "x@main:1.5",
        "x@main:٣",
        "x@main:1+",
        "x@main:1++main:1",
        f"x@main:{MAX_STEPS + 1}",
        f"x@main:{MAX_STEPS}+main.1:1",
        "x@main:" + "9" * 5000,
        "x@main:0",
    ],
)
def test_bad_texts_are_wrong_use(text):
    with pytest.raises(UsageError, match="not a schedule") as caught:
        decode(text)
    assert len(str(caught.value)) < 200


@given(st.text(max_size=60))
def test_any_text_is_a_schedule_or_wrong_use(text):
    try:
        scenario, choices = decode(text)
    except UsageError:
        return
    assert scenario
    assert choices
