"""Numbers the states in which a process comes to an operation inside a loop. Runs in a worker process.

Two operations with the same number are one place in the code, come to with equal variables, and with the same frame
going round: whatever the process does from there on is decided by the answers that it gets. The judge sees numbers
only; what it makes of them is in `kernel.rounds`.

A frame that may go round is held here as long as it runs, so that no other can be taken for it; it is let go of before
the process says anything more.
"""

from __future__ import annotations

import inspect
import opcode
import random
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from checker.controlled.carried import Where
from checker.controlled.localstate import Unknown, digest
from checker.controlled.loops import Loops

_id = id  # as it was before the program's own was replaced
_ANCHORS = frozenset(
    {"lock.acquire", "lock.value", "memory.read", "memory.read_slice", "process.join", "process.poll", "sleep"}
    | {"queue.get", "queue.put", "queue.qsize", "queue.empty", "queue.full", "simple_queue.empty"}
)
"""Operations at which a round may begin: each loop that waits for something has one of these."""
_LASTING = frozenset({"queue.get", "queue.put", "process.join"})
"""Those that leave something behind, unless they may fail."""
_PATIENT = frozenset({(True, None), (None,)})
_STANDING = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
"""Of frames that may be left in the middle, and gone on with from elsewhere."""
_PYTHONS = frozenset(
    {"__annotations__", "__builtins__", "__cached__", "__doc__", "__file__", "__loader__", "__name__", "__package__"}
    | {"__annotate__", "__conditional_annotations__", "__spec__", "__warningregistry__"}
)
"""The globals of a module that are not the program's."""
_CACHE = opcode.opmap["CACHE"]
_random_state = random.Random.getstate
_own_random = random.getstate.__self__  # type: ignore[attr-defined]


class Places:
    """The places of one process.

    Attributes:
        loops: those of the program; None where no round can be known.
        frames: those that may go round, each with its number.
    """

    __slots__ = ("_carried", "_file", "_numbers", "_serial", "frames", "loops")

    def __init__(self) -> None:
        self.loops: Loops | None = None
        self._carried: list[Callable[[], list[Any]]] = []
        self.frames: list[tuple[FrameType, int]] = []
        self._file = ""
        self._serial = 0
        self._numbers: dict[bytes, int] = {}

    def carry(self, carried: Callable[[], list[Any]]) -> None:
        """From now on what that gives is taken in: the process carries it beside the program's own objects."""
        self._carried.append(carried)

    def begin(self, file: str) -> None:
        """Forgets the last task; this one runs `file`."""
        self.loops = None
        self.frames = []
        self._file = file
        self._serial = 0
        self._numbers = {}

    def let_go(self, frame: FrameType | None) -> None:
        """Lets go of the frames that no longer run; `frame` is the innermost that does."""
        running = set()
        while frame is not None:
            running.add(_id(frame))
            frame = frame.f_back
        self.frames = [held for held in self.frames if _id(held[0]) in running]

    def number(self, kind: str, obj: str | None, args: Any, frame: FrameType | None) -> int | None:
        """The number of the place in which `frame` asks for an operation; None where that is not known."""
        if self.loops is None or kind not in _ANCHORS or (kind in _LASTING and tuple(args)[:2] in _PATIENT):
            return None
        frames = self._round(frame)
        if not frames:
            return None
        own = {name: value for name, value in frames[-1].f_globals.items() if name not in _PYTHONS}
        roots: list[Any] = [kind, obj, self._serial_of(frames[-1]), own]
        roots += [carried() for carried in self._carried]
        try:
            if "random" in sys.modules:
                roots.append(_random_state(_own_random))
            for each in frames:
                roots += [_id(each.f_code), instruction_of(each), _variables(each)]
            found = digest(roots, self._file, sets=not self.loops.may_change_sets)
        except Unknown:
            return None
        return self._numbers.setdefault(found, len(self._numbers))

    def _round(self, frame: FrameType | None) -> list[FrameType]:
        """The frames from `frame` outwards to the one that goes round; none where that cannot be said."""
        frames: list[FrameType] = []
        callee: str | None = None
        assert self.loops is not None
        while frame is not None and frame.f_code.co_filename == self._file:
            where = self.loops.where(frame.f_code, instruction_of(frame), callee)
            if where is Where.HIDDEN or frame.f_code.co_flags & _STANDING:
                return []
            frames.append(frame)
            if where is Where.WHILE:
                return frames
            callee = frame.f_code.co_name
            frame = frame.f_back
        return []

    def _serial_of(self, frame: FrameType) -> int:
        for held, serial in self.frames:
            if held is frame:
                return serial
        self._serial += 1
        self.frames.append((frame, self._serial))
        return self._serial


def instruction_of(frame: FrameType) -> int:
    """The offset of the instruction that the frame is at.

    `f_lasti` may be within the cache entries behind it, where the interpreter has specialised a call (CPython 3.12 does
    so for a property that has been read a few times): the place in the code would depend on how often it was run.
    """
    offset, code = frame.f_lasti, frame.f_code.co_code
    while offset > 0 and code[offset] == _CACHE:
        offset -= 2
    return offset


def _variables(frame: FrameType) -> dict[str, Any]:
    """A copy of the frame's variables; the one that Python keeps would hold what they held for longer than they do."""
    if frame.f_locals is frame.f_globals:
        return {}  # they are looked at anyway
    kept = frame.f_locals
    copy = dict(kept)
    if type(kept) is dict and frame.f_code.co_flags & inspect.CO_OPTIMIZED:
        kept.clear()
    return copy
