"""One exploration by two explorers: whoever has nothing left is given a branch that the other has not begun.

       first            gives branch b of state s              second
    ... s -- a ...   --------------------------------->    ... s -- b ...     runs to s himself, and goes on
          `- (b)     <---------------------------------                       what has to be explored from s, or from a
                        wishes, and at last: returned                         state before it, because of a race below b

Each is a `Dpor` for each gift that he explores. A state belongs to the one who came there first: he alone says what is
explored from it, and stays until all that he gave away there, or below, has come back. So each trace belongs to one of
the two, as if the branches of a state were explored one after the other: who was begun before sleeps in those begun
after him. But as long as a sleeper is not done with, all who sleep there may cover less (see `wakeup.Asleep`). That
costs a few schedules that turn out to be redundant on their way, and are pruned: the complete ones are the same.

Nobody waits as long as there is a branch that nobody has begun: he gives it to himself, as a gift of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from checker.errors import MalformedMessage
from checker.strategies.base import GrantedStep, Situation
from checker.strategies.dpor import Dpor
from checker.strategies.shares import Gift, Returned, Share, Wish
from checker.strategies.wakeup import Sequel, Taken

_ALL = 0
"""The number of the gift that is everything."""


class Divided:
    """One of two explorers. The `first` begins with everything, the other waits for a gift.

    Between schedules, what `taken_out` gives has to be taken to the other one, who is to `put_in` it, in this order.

    Attributes:
        exhausted: all has been explored, by both; only the first comes to know.
    """

    name = Dpor.name

    def __init__(self, *, first: bool) -> None:
        self.exhausted = False
        self.gave_up = False
        self._tours: dict[int, Dpor] = {_ALL: Dpor()} if first else {}
        self._givers: dict[int, int] = {}  # gifts of this one's that are not back: the tour that gave it
        self._count = 0 if first else -1
        self._out: list[Share] = []
        self._now = self._next_tour()
        self._last: int | None = None

    @property
    def shared(self) -> int:
        """See `base.Backtracking`; nothing where the next schedule is not of the same gift as the last one."""
        return self._tour.shared if self._now == self._last else 0

    def skip(self, steps: int) -> None:
        """See `base.Backtracking`."""
        self._tour.skip(steps)

    @property
    def idle(self) -> bool:
        """Whether there is nothing to run before the other one gives or gives back."""
        return self._now is None

    def give(self) -> bool:
        """Gives away a branch, if there is one that nobody has begun; returns whether there was."""
        gift = self._gift()
        if gift is not None:
            self._out.append(gift)
        return gift is not None

    def taken_out(self) -> list[Share]:
        """What has to be told to the other one since the last time."""
        out, self._out = self._out, []
        return out

    def put_in(self, share: Share) -> None:
        """Takes what the other one told.

        Raises:
            MalformedMessage: it is about no gift that there is.
        """
        match share:
            case Gift(number, path, open_steps):
                self._tours[number] = Dpor(path, open_steps)
            case Wish(number, at, steps):
                self._fulfil(number, at, steps)
            case Returned(number):
                self._take_back(number)
        self._settle()

    def begin(self) -> None:
        self._last = self._now
        self._tour.begin()

    def choose(self, situation: Situation, enabled: Sequence[str]) -> str | None:
        return self._tour.choose(situation, enabled)

    def granted(self, granted: GrantedStep) -> None:
        self._tour.granted(granted)

    def end(self, situation: Situation, *, complete: bool) -> None:
        self._tour.end(situation, complete=complete)
        self._settle()

    @property
    def _tour(self) -> Dpor:
        assert self._now is not None
        return self._tours[self._now]

    def _next_tour(self) -> int | None:
        """The tour to go on with, the latest first; one that begins now if all wait."""
        able = [number for number, tour in self._tours.items() if not tour.waits]
        if able:
            return able[-1]
        gift = self._gift()
        if gift is None:
            return None
        self._tours[gift.number] = Dpor(gift.path, gift.open_steps)
        return gift.number

    def _gift(self) -> Gift | None:
        """A branch that nobody has begun, of the oldest tour that has one, and there the nearest to the beginning."""
        number = self._count + 2
        for giver, tour in self._tours.items():
            given = tour.give(number)
            if given is not None:
                self._count = number
                self._givers[number] = giver
                path, open_steps = given
                return Gift(number, tuple(path), frozenset(open_steps))
        return None

    def _settle(self) -> None:
        """Passes on what the tours have to say, until nothing more comes of it."""
        is_new = True
        while is_new:
            is_new = False
            for number, tour in list(self._tours.items()):
                self.gave_up = self.gave_up or tour.gave_up
                wishes, tour.reversed = tour.reversed, []
                for wish in wishes:
                    self._wish(number, wish.at, wish.steps)
                if tour.exhausted:
                    del self._tours[number]
                    self._return(number)
                is_new = is_new or bool(wishes) or tour.exhausted
        self._now = self._next_tour()

    def _wish(self, number: int, at: int, steps: Sequence[Taken]) -> None:
        if number in self._givers:
            self._fulfil(number, at, steps)
        else:
            self._out.append(Wish(number, at, tuple(steps)))

    def _fulfil(self, number: int, at: int, steps: Sequence[Taken]) -> None:
        giver = self._giver_of(number)
        tour = self._tours[giver]
        if at < tour.given_states:
            self._wish(giver, at, steps)
        else:
            tour.wake(at, Sequel.of(steps))

    def _return(self, number: int) -> None:
        if number == _ALL:
            self.exhausted = True
        elif number in self._givers:
            self._take_back(number)
        else:
            self._out.append(Returned(number))

    def _take_back(self, number: int) -> None:
        giver = self._giver_of(number)
        del self._givers[number]
        self._tours[giver].take_back(number)

    def _giver_of(self, number: int) -> int:
        try:
            return self._givers[number]
        except KeyError:
            raise MalformedMessage(f"there is no gift {number}") from None
