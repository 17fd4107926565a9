"""What the judge hears and says, cheaply: requests are looked up by their bytes, and common answers are ready-made."""

from __future__ import annotations

from typing import Any, NamedTuple

from checker.engine.schedule import Asked
from checker.errors import MalformedMessage
from checker.kernel import Done, Failed
from checker.trace import Op
from checker.vocabulary import POSTABLE, unposted, validated_request
from checker.wire import decoded, encoded

SETTLE = b'["settle"]'
_MAX_KNOWN = 4096
_MAX_KNOWN_BYTES = 512
_SCALARS = (int, float, str, bool, type(None))
_NULL, _TRUE, _FALSE = (encoded(["ok", value]) for value in (None, True, False))


class Request(NamedTuple):
    """A valid request of a worker; `posted`: it goes on without the answer."""

    asked: Asked
    posted: bool


class Requests:
    """Validates requests, each only once: a program that runs again asks the same in the same bytes."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[bytes, Request] = {}

    def read(self, text: bytes, data: bytes) -> Request:
        """The request that a frame holds.

        Raises:
            MalformedMessage: it holds none.
        """
        known = self._known.get(text)
        if known is None:
            return self.validated(decoded(text), data, text)
        if data:
            (news, op), posted = known
            return Request(Asked(news, op._replace(data=data)), posted)
        return known

    def validated(self, message: Any, data: bytes, text: bytes | None = None) -> Request:
        """The request that a message is; remembered by `text`, its bytes, if they are short and hold nothing mutable.

        Raises:
            MalformedMessage: it is none.
        """
        message, posted = unposted(message)
        kind, obj, args, line, news = validated_request(message)
        if posted and kind not in POSTABLE:
            raise MalformedMessage(f"{kind} cannot be posted")
        request = Request(Asked(news, Op(kind, obj, tuple(args), line, data)), posted)
        if text is not None and len(text) <= _MAX_KNOWN_BYTES and not news and _is_constant(args):
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            self._known[text] = Request(Asked([], Op(kind, obj, tuple(args), line)), posted)
        return request


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
    return encoded(["ok", value], data)


def _is_constant(args: list[Any]) -> bool:
    return all(type(value) in _SCALARS for value in args)
