"""The wire: what is sent arrives whole whatever the pieces, and what is too large or malformed is said so."""

from __future__ import annotations

import itertools
import json
import math
import socket
import struct
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker import vocabulary, wire
from checker.errors import MalformedMessage
from checker.vocabulary import CREATIONS, OPERATIONS, validated_request
from checker.wire import Channel, TooLarge, virtual_pid

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
EXAMPLES = {bool: True, int: 3, float: 0.5, str: "x", list: [1], dict: {}, type(None): None}


class Pair:
    """Two ends, one of them a channel."""

    def __enter__(self):
        self.theirs, ours = socket.socketpair()
        self.channel = Channel(ours)
        return self

    def __exit__(self, *exc):
        self.theirs.close()
        self.channel.close()


def frame(text: bytes, data: bytes = b"") -> bytes:
    return struct.pack("<II", len(text), len(data)) + text + data


@given(st.lists(st.tuples(JSON, st.binary(max_size=300)), min_size=1, max_size=4), st.data())
def test_what_is_sent_arrives_in_whatever_pieces(messages, data):
    with Pair() as one, Pair() as two:
        for message, opaque in messages:
            one.channel.send(message, opaque)
        one.channel.close()
        stream = b"".join(iter(lambda: one.theirs.recv(1 << 16), b""))
        ends = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=8)) | {0, len(stream)})
        two.channel.socket.setblocking(False)
        received = []
        for start, end in itertools.pairwise(ends):
            two.theirs.sendall(stream[start:end])
            while True:
                try:
                    received.append(two.channel.receive())
                except BlockingIOError:
                    break
        assert received == messages
        assert two.channel.pending_bytes == 0


def test_a_large_frame_arrives_while_it_is_sent():
    data = bytes(range(256)) * 40_000
    with Pair() as pair:
        sender = threading.Thread(target=lambda: Channel(pair.theirs).send(["x" * 3_000_000], data))
        sender.start()
        assert pair.channel.receive() == (["x" * 3_000_000], data)
        sender.join()


def test_a_frame_that_goes_on_arriving_can_be_left_and_taken_up_again():
    with Pair() as pair:
        slow = Channel(pair.channel.socket, rest_s=0.0)
        whole = frame(json.dumps("x" * 100_000).encode())
        pair.theirs.sendall(whole[:20])
        slow.socket.setblocking(False)
        for start in range(20, len(whole), 50_000):
            with pytest.raises(BlockingIOError):
                slow.receive()
            pair.theirs.sendall(whole[start : start + 50_000])
        while True:
            try:
                received = slow.receive()
                break
            except BlockingIOError:
                assert slow.pending_bytes
        assert received == ("x" * 100_000, b"")


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        (struct.pack("<II", wire.MAX_JSON_BYTES + 1, 0), "a message of"),
        (struct.pack("<II", 0, wire.MAX_DATA_BYTES + 1), "a message of"),
        (frame(b""), "not JSON"),
        (frame(b"[1"), "not JSON"),
        (frame(b"\xff"), "not JSON: UnicodeDecodeError"),
        (frame(b"[" * 200_000), "not JSON: RecursionError"),
        (frame(b"9" * 5000), "not JSON: ValueError"),
    ],
)
def test_malformed_frames(stream, said):
    with Pair() as pair:
        pair.theirs.sendall(stream)
        with pytest.raises(MalformedMessage, match=said):
            pair.channel.receive()


def test_the_end_of_a_conversation_in_the_middle_of_a_frame_is_its_end():
    for stream in (b"", b"\0\0", frame(b"[1, 2]")[:-1]):
        with Pair() as pair:
            pair.theirs.sendall(stream)
            pair.theirs.close()
            with pytest.raises(EOFError):
                pair.channel.receive()


def test_what_the_other_end_would_not_take_is_not_sent():
    with Pair() as pair:
        with pytest.raises(TooLarge, match="4,194,306 bytes"):
            pair.channel.send("x" * wire.MAX_JSON_BYTES)
        pair.channel.send([1])
        assert Channel(pair.theirs).receive() == ([1], b"")


def test_one_nan_for_all_so_that_equal_steps_are_equal():
    values = []
    for _ in range(2):
        with Pair() as pair:
            pair.theirs.sendall(frame(b"[NaN, Infinity, -Infinity]"))
            values.append(pair.channel.receive()[0])
    assert values[0] == values[1]
    assert math.isnan(values[0][0])
    assert values[0][1:] == [math.inf, -math.inf]


@pytest.mark.parametrize("kind", sorted(OPERATIONS))
def test_every_operation_is_taken_with_arguments_of_its_types_and_no_others(kind):
    for which in range(max(map(len, OPERATIONS[kind]), default=1)):
        args = [EXAMPLES[types[which % len(types)]] for types in OPERATIONS[kind]]
        message = [kind, "main/lock.1", args, 7, []]
        assert validated_request(message) == (kind, "main/lock.1", args, 7, [])
    for index, types in enumerate(OPERATIONS[kind]):
        for wrong in EXAMPLES.keys() - set(types):
            bad = [EXAMPLES[t[0]] for t in OPERATIONS[kind]]
            bad[index] = EXAMPLES[wrong]
            with pytest.raises(MalformedMessage, match="argument of type"):
                validated_request([kind, None, bad, None, []])


@pytest.mark.parametrize("kind", sorted(CREATIONS))
def test_every_creation_is_taken_with_arguments_of_its_types_and_no_others(kind):
    args = [EXAMPLES[types[0]] for types in CREATIONS[kind]]
    news = [["main/x.1", kind, args, None]]
    assert validated_request(["clock", None, [], None, news])[4] == news
    with pytest.raises(MalformedMessage, match="wrong number"):
        validated_request(["clock", None, [], None, [["main/x.1", kind, [*args, 1], None]]])


@given(JSON)
def test_any_other_message_is_malformed_and_never_an_error_of_ours(message):
    with pytest.raises(MalformedMessage):
        validated_request(message)


@given(st.sampled_from(sorted(OPERATIONS)), JSON, JSON, JSON, JSON)
def test_any_parts_are_taken_or_malformed(kind, obj, args, line, news):
    try:
        validated_request([kind, obj, args, line, news])
    except MalformedMessage as error:
        assert len(str(error)) < 200


def test_too_much_news_is_malformed():
    with pytest.raises(MalformedMessage, match="too much"):
        validated_request(["clock", None, [], None, [["main/lock.1", "lock", [], 1]] * (vocabulary.MAX_NEWS + 1)])


def test_virtual_process_ids_are_no_real_ones_and_always_the_same():
    assert virtual_pid("main") == virtual_pid("main")
    assert len({virtual_pid(f"main.{n}") for n in range(200)}) == 200
    assert virtual_pid("main.1") > 1 << 22
