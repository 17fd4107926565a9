"""What two judges say to each other, and the line on which they do; neither ever waits for the other to listen.

Each message is a list in JSON: a word, the number of the exploration (from 1), and what belongs to the word.

    first -> second    program   which one (no number, but its `Program` as a dict), the text of its file, and the
                                 folder in which to make all files: it is removed even if the second is killed
                       begin     scenario number, whether in finer steps: an exploration begins
                       stop      nothing more of it is wanted
                       finish    all is explored: tell what you kept
    both ways          share     see `strategies.shares`
                       hungry    nothing is left to run here
    second -> first    counts    what was explored so far, as `counts` makes it
                       look      a schedule to be run again there: its tasks, how it ended, whether it fails
                       again     all is void: it has to begin again, in finer steps or not (see `errors.StartAgain`)
                       kept      a schedule of the sample: its tasks
                       fastest   the one with the smallest makespan: its tasks
                       finished  that was all that I kept
                       trouble   why the second cannot go on

What the second says of a schedule that was explored comes before the share that it led to.
"""

from __future__ import annotations

import select
import socket
from collections import deque
from typing import Any

from checker.exploration import Exploration
from checker.trace import Json, Reliance
from checker.wire import Channel, encoded


class Line:
    """One end of the conversation; EOFError or another OSError of its methods: the other end is gone."""

    def __init__(self, sock: socket.socket) -> None:
        sock.settimeout(0.0)
        self._socket = sock
        self._channel = Channel(sock)
        self._inbox: deque[Json] = deque()

    def send(self, *message: Json) -> None:
        """Sends a message, and takes in meanwhile what the other one sends: two who only send would wait for ever.

        Raises:
            TooLarge: nothing was sent.
        """
        left = memoryview(encoded(message))
        while left:
            try:
                left = left[self._socket.send(left) :]
            except BlockingIOError:
                readable, _, _ = select.select([self._socket], [self._socket], [])
                if readable:
                    self._take_in()

    def receive(self, seconds: float | None) -> Json | None:
        """The next message, for which it waits so many wall seconds (None: without end); None if none came."""
        while not self._inbox:
            if not select.select([self._socket], [], [], seconds)[0]:
                return None
            self._take_in()
        return self._inbox.popleft()

    def close(self) -> None:
        self._socket.close()

    def _take_in(self) -> None:
        try:
            while True:
                self._inbox.append(self._channel.receive()[0])
        except BlockingIOError:
            pass
        except (EOFError, OSError):
            if not self._inbox:  # what was said before still counts
                raise


def counts(found: Exploration[Any], *, gave_up: bool) -> Json:
    """What `add_counts` adds."""
    relies = sorted(each.value for each in found.relies)
    bounds = found.bounds
    return [found.schedules, found.pruned, found.steps, relies, bounds.tasks, bounds.steps, gave_up]


def add_counts(found: Exploration[Any], before: tuple[int, int, int], told: Json) -> tuple[int, int, int]:
    """Adds to what was found what the other one explored since `before` (schedules, pruned ones, steps); gives these.

    Raises:
        ValueError, TypeError: these are no counts.
    """
    schedules, pruned, steps, relies, most_tasks, most_steps, _ = told
    now = (int(schedules), int(pruned), int(steps))
    new = [count - earlier for count, earlier in zip(now, before, strict=True)]
    if min(new) < 0:
        raise ValueError("it cannot be less than before")
    found.schedules += new[0]
    found.schedules_by[found.strategy] += new[0]
    found.pruned += new[1]
    found.steps += new[2]
    found.relies |= {Reliance(each) for each in relies}
    found.bounds.widen(int(most_tasks), int(most_steps))
    return now
