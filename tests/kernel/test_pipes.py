"""The pipe's capacity is the operating system's: the same messages fit as into a real pipe that nobody reads."""

from __future__ import annotations

import os
import struct
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.kernel import pipes
from checker.kernel.cells import View

SIZES = st.one_of(st.integers(1, 300), st.integers(3000, 5000), st.integers(0, 20_000))


def real_pipe_takes(sizes: list[int]) -> int:
    """How many messages of these sizes a pipe takes whole, written as `multiprocessing.connection` writes them."""
    reader, writer = os.pipe()
    try:
        os.set_blocking(writer, False)
        for count, size in enumerate(sizes):
            header, payload = struct.pack("!i", size), bytes(size)
            pieces = [header, payload] if size > 16384 else [header + payload]
            for piece in pieces:
                try:
                    if piece and os.write(writer, piece) < len(piece):
                        return count
                except BlockingIOError:
                    return count
        return len(sizes)
    finally:
        os.close(reader)
        os.close(writer)


def model_takes(sizes: list[int]) -> int:
    cells: dict[object, object] = {}
    for count, size in enumerate(sizes):
        view = View(cells.get, {})
        number = pipes.write(view, "pipe", bytes(size), "main")
        cells.update(view.writes)
        if number is not None:
            view = View(cells.get, {})
            if not pipes.finish(view, "pipe", number):
                return count
            cells.update(view.writes)
    return len(sizes)


@pytest.mark.skipif(sys.platform != "linux", reason="the model is Linux's pipe")
@settings(deadline=None, max_examples=200)
@given(st.lists(SIZES, min_size=1, max_size=60).flatmap(lambda s: st.sampled_from([s, s * 4, s * 20])))
def test_as_many_messages_fit_as_into_a_real_pipe(sizes: list[int]) -> None:
    assert model_takes(sizes) == real_pipe_takes(sizes)


def test_a_message_is_read_once_and_in_order() -> None:
    cells: dict[object, object] = {}
    for payload in (b"first", b"second"):
        view = View(cells.get, {})
        pipes.write(view, "pipe", payload, "main")
        cells.update(view.writes)
    seen = []
    for _ in range(3):
        view = View(cells.get, {})
        seen.append(pipes.read(view, "pipe"))
        cells.update(view.writes)
    assert seen == [b"first", b"second", None]


def test_a_writer_that_cannot_block_does_not_look_at_its_readers() -> None:
    view = View({}.get, {})
    pipes.write(view, "pipe", b"small", "main")
    assert ("pipe", "head") not in view.seen
    view = View({}.get, {})
    assert pipes.write(view, "pipe", bytes(60_000), "main") == 0
    assert ("pipe", "head") not in view.seen
    view = View(view.writes.get, {})
    assert pipes.write(view, "pipe", bytes(10_000), "main") == 1
    assert ("pipe", "head") in view.seen
