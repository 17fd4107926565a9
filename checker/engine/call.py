"""What a run of a program is: which file, with what, and how it starts its processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from checker.trace import Json


class Entry(Enum):
    """How a program begins; what its arguments are follows from it."""

    MAIN = "main"  # its function `main` is called with them
    SCRIPT = "script"  # it is run as `__main__`; they are its `sys.argv`


class Asking(Enum):
    """What becomes of the start method that a program asks for; the values are words of `vocabulary.ASKING`."""

    SPAWNED = "spawned"  # everything is spawned, whatever its name, and fork is refused
    ASKED = "asked"  # it gets what it asks for
    FORCED = "forced"  # it gets the one that was chosen for it


@dataclass(frozen=True, slots=True)
class Manner:
    """How a program is run: from where it begins, and how its processes start.

    `start_method` is what it gets where it asks for none. `environment` holds the variables that it finds; None: the
    same few everywhere. `home` is the folder in which a script would run if it were not explored.
    """

    entry: Entry = Entry.MAIN
    start_method: str = "spawn"
    asking: Asking = Asking.SPAWNED
    environment: Mapping[str, str] | None = None
    home: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What to run: the program `file` with `args`, in the folder `directory`, with its temporary files in `temporary`.

    `seed` is what every process's own random seed is derived from. `cpu_limit_s` CPU seconds without a scheduling point
    are an endless loop. With `posting`, workers do not wait for answers that they know (see `wire`).
    """

    file: Path
    args: Sequence[Json]
    directory: Path
    temporary: Path
    seed: int = 0
    cpu_limit_s: float = 5.0
    posting: bool = False
    manner: Manner = Manner()
