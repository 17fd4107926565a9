"""What is told of a schedule in a sentence or two, and which of its steps that names."""

from __future__ import annotations

from typing import NamedTuple


class Story(NamedTuple):
    """The causes of a failure in words, "" where the schedule shows none; `steps` are the numbers of steps, from 0."""

    told: str = ""
    steps: tuple[int, ...] = ()


NO_STORY = Story()
