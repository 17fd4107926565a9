"""What processes said to what they were told: a tree, of which an edge is something told and a node what was said then.

    begin -> Moment --- answer ---> Moment --- answer ---> Moment
                    \\-- answer ---> Moment
"""

from __future__ import annotations

from typing import Any, TypeAlias

from checker.engine.messages import answer
from checker.engine.running import Asked, Pickled, Unpicklable
from checker.kernel import Done, Failed
from checker.trace import Op
from checker.wire import TooLarge

MAX_MOMENTS = 50_000
"""When so many are remembered, all are forgotten."""
MOMENT_BYTES = 500
"""What one moment takes, about; one with more data counts as several."""

_LONG = 500
"""Steps of a schedule that is long: of one that was drawn, hardly anything comes again in the next."""
_WAIT = 15
"""After such a schedule, in how many drawn ones nothing is remembered."""

_TROUBLE = frozenset({"refuse", "endless_loop"})
"""Operations that may have come of the machine: they are not remembered."""

_WORDS: dict[bool | None, str] = {None: "null", True: "true", False: "false"}

Said: TypeAlias = Asked | Pickled | Unpicklable | Op | None
"""What a process says to what it is told; None: nothing."""


class Moment:
    """Where a process stands: what it was told and said when it came here from the moment `before`.

    `told` is the method of the workers' program that tells it, with its arguments. What is told next leads on by its
    key. Mostly only one thing is ever told, so that the first has no dictionary.
    """

    __slots__ = ("_first", "_key", "_others", "before", "said", "told")

    def __init__(self, before: Moment | None = None, told: tuple[Any, ...] = (), said: Said = None) -> None:
        self.before = before
        self.told = told
        self.said = said
        self._key: Any = None
        self._first: Moment | None = None
        self._others: dict[Any, Moment] | None = None

    def after(self, key: Any) -> Moment | None:
        """Where it leads to be told what has this key; None where that is not known."""
        if key == self._key:
            return self._first
        return self._others.get(key) if self._others is not None else None

    def lead(self, key: Any, then: Moment) -> None:
        """Remembers that."""
        if self._first is None:
            self._key, self._first = key, then
        elif self._others is None:
            self._others = {key: then}
        else:
            self._others[key] = then


class Behaviour:
    """What is remembered of the processes of one program, which is called with the same arguments again and again."""

    def __init__(self) -> None:
        self._beginnings: dict[Any, Moment] = {}
        self._count = 0
        self._waits = 0

    def takes_in_next_drawn(self) -> bool:
        """Whether to remember what happens in the next schedule that is drawn at random; to be asked before each."""
        self._waits = max(self._waits - 1, 0)
        return self._waits == 0

    def drawn(self, steps: int, news: int) -> None:
        """A schedule was drawn at random; in so many of its steps a process was told something new."""
        if steps > _LONG and 2 * news > steps:
            self._waits = _WAIT + 1

    def beginning(self, key: Any) -> Moment:
        """Where a process stands before it begins; `key` is all that makes it what it is."""
        known = self._beginnings.get(key)
        if known is None:
            known = self._beginnings[key] = Moment()
        return known

    def remember(self, moment: Moment, key: Any, told: tuple[Any, ...], said: Said) -> Moment:
        """The moment that follows when a process is told that, and says `said`."""
        then = Moment(moment, told, said)
        op = said.op if type(said) is Asked else said
        if type(op) is Op and op.kind in _TROUBLE:
            return then
        size = len(key) if type(key) is bytes else 0
        if type(op) is Op:
            size += len(op.data)
            for value in op.args:
                if type(value) is str or type(value) is list:
                    size += len(value)
        elif type(said) is Pickled:
            size += len(said.data)
        self._count += 1 + size // MOMENT_BYTES
        if self._count > MAX_MOMENTS:
            self._beginnings.clear()
            self._count = 0
        moment.lead(key, then)
        return then


def key_of(outcome: Done | Failed) -> Any:
    """The same for answers that no process can tell apart, and only for them: 1 is not true."""
    value = outcome[0]
    if type(outcome) is Done and not outcome.data:
        if type(value) is int:
            return value
        if value is None or type(value) is bool:
            return _WORDS[value]
    try:
        return answer(outcome)
    except TooLarge as error:
        return str(error).encode()
