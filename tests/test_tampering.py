"""A program that finds its conversation with the judge and writes to it gets a finding, or nothing by it."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from checker.engine import program
from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.result import Kind, Verdict
from checker.strategies.replay import Replay
from checker.trace import EndKind
from tests.checked import Course, judged, needs_proc, run_once

pytestmark = needs_proc

FIND = """
import os, posix, struct

def descriptor():
    for name in os.listdir("/proc/self/fd"):
        try:
            if os.readlink(f"/proc/self/fd/{name}").startswith("socket:"):
                return int(name)
        except OSError:
            pass

def send(data):
    posix.write(descriptor(), data)

def main(turnstiles=3, visitors=2, walk_s=0.0):
"""


def frame(message: object, data: bytes = b"") -> bytes:
    text = message if isinstance(message, bytes) else json.dumps(message).encode()
    return struct.pack("<II", len(text), len(data)) + text + data


def sends(data: bytes) -> str:
    return f"send({data!r})"


def tampering(tmp_path: Path, body: str) -> Path:
    file = tmp_path / "program.py"
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    file.write_text(f"{FIND}{lines}    return 6\n", encoding="utf-8")
    return file


def made_memory(size: int, initial: object) -> list[object]:
    return ["main/memory.9", "memory", [size, initial, None], 1]


HUGE = b"1" + b"0" * 400


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (bytes(range(256)) * 3, "a message of 50,462,976 + 117,835,012 bytes"),
        (frame(b"hello"), "not JSON"),
        (frame(b"\xff\xfe"), "not JSON"),
        (frame({"kind": "clock"}), "not a list of five"),
        (frame([]), "not a list of five"),
        (frame(["no.such", None, [], None, []]), "an unknown operation 'no.such'"),
        (frame([[[]], None, [], None, []]), "an unknown operation of type list"),
        (struct.pack("<II", 1 << 30, 0), "a message of 1,073,741,824 + 0 bytes"),
        (struct.pack("<II", 2, 1 << 31) + b"[]", "a message of 2 + 2,147,483,648 bytes"),
        (frame(b"[" * 1_000_000), "not JSON: RecursionError"),
        (frame(b'["sleep",null,[1' + b"0" * 10_000 + b"],null,[]]"), "not JSON: ValueError"),
        (frame(b'["sleep",null,[' + HUGE + b"],null,[]]"), "sleep with 1000000000"),
        (frame(b'["sleep",null,[NaN],null,[]]'), "sleep with nan"),
        (frame(b'["sleep",null,[-Infinity],null,[]]'), "sleep with -inf"),
        (frame(["sleep", None, [True], None, []]), "sleep with an argument of type bool"),
        (frame(["clock", None, [1], None, []]), "the wrong number of arguments"),
        (frame(["clock", None, [], "7", []]), "a line that is none"),
        (frame(["clock", None, [], -7, []]), "a line that is none"),
        (frame(["clock", None, [], 10**30, []]), "a line that is none"),
        (frame(["clock", 3, [], None, []]), "no identity"),
        (frame(["clock", "x" * 1000, [], None, []]), "no identity"),
        (frame(["clock", None, [], None, None]), "news that is no list"),
        (frame(["clock", None, [], None, [["main/lock.9", "lock", [], 10**9]]]), "a line that is none"),
        (frame(["clock", None, [], None, [["main.1/lock.1", "lock", [], 1]]]), "creation of 'main.1/lock.1'"),
        (frame(["clock", None, [], None, [["main/memory.1", "memory", [10**9, 0, None], 1]]]), "memory of 1000000000"),
        (frame(["lock.acquire", "main/lock.77", [True, None], None, []]), "lock.acquire on 'main/lock.77'"),
        (frame(["clock", None, [], None, [made_memory(2, [1, []])]]), "memory of 2 elements"),
        (frame(["clock", None, [], None, [made_memory(1, {})]]), "memory of 1 elements"),
        (frame(["memory.write_slice", "main/memory.9", [0, 2, 1, [{}, 1]], None, [made_memory(2, 0)]]), "of 2 values"),
        (frame(["memory.read", None, [0], None, []]), "memory.read on None"),
        (frame(["process.join", "main.7", [None], None, []]), "process.join on 'main.7'"),
        (frame(["process.start", "main.1.1", ["x", False], None, []]), "process.start of 'main.1.1'"),
        (frame(["process.start", "main.99999", ["x", False], None, []]), "process.start of 'main.99999'"),
        (frame(["begin", None, [], None, []]), "an unknown operation 'begin'"),
        (frame(["queue.feed", None, [], None, []]), "an unknown operation 'queue.feed'"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_a_broken_message_is_a_finding(tmp_path, data, said):
    result = judged(tampering(tmp_path, sends(data)))
    assert (result.verdict, result.message) == (Verdict.FAIL, "")
    assert result.finding is not None
    assert result.finding.kind is Kind.PROTOCOL
    assert said in result.finding.sentence
    assert (result.finding.replayed, result.finding.replays) == (3, 3)


@pytest.mark.parametrize(
    "data",
    [
        frame(["clock", None, [], None, []]) * 5,
        frame(["exit", None, [0, None, True, 6], None, []]),
        frame(["exit", None, [10**50, "no traceback", True, {"a": [None]}], None, []]),
        frame(b'["stdout.write",null,["\\ud800\\u001b[2J"],null,[]]'),
        frame(["process.start", "main.1", ["\x1b[31m" * 1000, True], 9_999_999, []], b"no pickle"),
        frame(["process.signal", "main", [-(10**20)], None, []]) * 3,
        frame(["process.signal", "main", [10**20], None, []]),
        frame(["signal.disposition", None, [10**20, "nonsense"], None, []]) * 2,
        frame(["refuse", None, ["no such reason", "\x1b[2J"], 0, []]),
        frame(["endless_loop", None, [], 9_999_999, []]),
        frame(b'["clock",null,[],null,[["main/semaphore.1","semaphore",[0],null]]]')
        + frame(["lock.acquire", "main/semaphore.1", [True, None], None, []]),
    ],
    ids=range(11),
)
def test_a_message_that_is_in_order_gains_nothing(tmp_path, data):
    course = Course(tmp_path)
    done = course.check(tampering(tmp_path, sends(data)).read_bytes(), "--real-runs", "0")
    assert done.code in (1, 3)
    assert "\x1b" not in done.out
    assert not done.err
    assert max(map(len, done.out.splitlines())) < 300


def test_the_command_line_says_it_in_one_sentence(tmp_path):
    done = Course(tmp_path).check(tampering(tmp_path, sends(frame(b"hello"))).read_bytes())
    assert (done.code, done.err) == (1, "")
    assert "PROTOCOL" in done.out
    assert "main sent the checker what only tampering can send: not JSON" in done.text


@pytest.mark.parametrize(
    "body",
    ["os.close(descriptor())", "import _socket\n_socket.socket(fileno=descriptor()).shutdown(2)"],
    ids=["close", "shutdown"],
)
def test_hanging_up_is_a_finding(tmp_path, body):
    result = judged(tampering(tmp_path, body))
    assert result.finding is not None
    assert result.finding.kind is Kind.PROTOCOL
    assert "main vanished" in result.finding.sentence


@pytest.mark.parametrize(
    "body",
    [
        f"{sends(struct.pack('<II', 1000, 0) + b'[]')}\nimport select\nselect.select([], [], [], 60)",
        f"{sends(struct.pack('<II', 1 << 20, 0))}\nimport select\n"
        "while True:\n    send(b' ')\n    select.select([], [], [], 0.2)",
    ],
    ids=["half", "drop by drop"],
)
def test_a_message_that_never_ends_is_a_broken_one(tmp_path, monkeypatch, body):
    monkeypatch.setattr(program, "SILENCE_MIDWAY_S", 2.0)
    with Engine(tampering(tmp_path, body)) as engine:
        ending = run_once(engine, (3, 2, 0.0), Replay(()), Limits()).ending
    assert (ending.kind, ending.detail) == (EndKind.MALFORMED, "a message that never ends")


def test_a_process_that_waits_past_the_checker_is_no_verdict(tmp_path, monkeypatch):
    monkeypatch.setattr(program, "SILENCE_S", 2.0)
    result = judged(tampering(tmp_path, "import select\nselect.select([], [], [], 60)"))
    assert (result.verdict, result.finding) == (Verdict.UNCHECKED, None)
    assert "waits for something" in result.message
