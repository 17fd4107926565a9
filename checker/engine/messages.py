"""What the judge hears and says, cheaply: requests are looked up by their bytes, and common answers are ready-made."""

from __future__ import annotations

from typing import Any, NamedTuple

from checker.engine.running import Asked
from checker.errors import MalformedMessage
from checker.kernel import Done, Failed
from checker.trace import Op
from checker.vocabulary import POSTABLE, unplaced, unposted, validated_request
from checker.wire import decoded, encoded, framed

SETTLE = b'["settle"]'
_MAX_KNOWN = 4096
_MAX_KNOWN_BYTES = 2048
_SHORT = 1 << 64
_NULL, _TRUE, _FALSE = (encoded(["ok", value]) for value in (None, True, False))


class Request(NamedTuple):
    """A valid request of a worker; `posted`: it goes on without the answer."""

    asked: Asked
    posted: bool


class Requests:
    """Validates requests, each only once: a program that runs again asks the same in the same bytes."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[bytes | tuple[bytes, bytes], Request] = {}

    def read(self, text: bytes, data: bytes) -> Request:
        """The request that a frame holds: the same object for the same bytes, if they are few.

        Raises:
            MalformedMessage: it holds none.
        """
        key = (text, data) if data else text
        known = self._known.get(key)
        if known is not None:
            return known
        request = validated(decoded(text), data)
        if len(text) + len(data) <= _MAX_KNOWN_BYTES:
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            self._known[key] = request
        return request


def validated(message: Any, data: bytes) -> Request:
    """The request that a message is.

    Raises:
        MalformedMessage: it is none.
    """
    message, posted = unposted(message)
    message, place = unplaced(message)
    kind, obj, args, line, news = validated_request(message)
    if posted and kind not in POSTABLE:
        raise MalformedMessage(f"{kind} cannot be posted")
    return Request(Asked(news, Op(kind, obj, tuple(args), line, data, place)), posted)


def answer(outcome: Done | Failed) -> bytes:
    """The frame that tells a worker how its operation ended.

    Raises:
        TooLarge: it cannot be told.
    """
    if type(outcome) is Failed:
        return encoded(["raise", *outcome])
    assert type(outcome) is Done
    value, data = outcome
    if not data:
        if value is None:
            return _NULL
        if value is True:
            return _TRUE
        if value is False:
            return _FALSE
        if type(value) is int and -_SHORT < value < _SHORT:
            return framed(b'["ok",%d]' % value)
    return encoded(["ok", value], data)
