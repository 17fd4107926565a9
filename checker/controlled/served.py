"""What a fork server would have made, once for all of its processes. Runs in a worker process.

Since Python 3.13.8 the server imports the program's file before it forks, and its processes do not import it again:
what the file makes at its top level they share among themselves. Here each imports it, and makes its own.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHARED: set[str] = set()
"""The identities of what this process would share, had a server made it. None of it may be used."""
SENTENCE = (
    "what the file makes at its top level in a process of a fork server is not controlled: the server makes it once "
    "for all of its processes (so make it in main and pass it on, or say --start-method spawn)"
)
_SERVERS_IMPORT = sys.version_info >= (3, 13, 8)
_state_of_random = random.getstate  # the program may put something else there


class _State:
    """Whether the file is being imported in place of a server."""

    imports = False


def begin() -> None:
    """Forgets the last task."""
    _State.imports = False
    SHARED.clear()


def created(identity: str) -> None:
    """This process has created a shared object."""
    if _State.imports:
        SHARED.add(identity)


@contextmanager
def importing(rely: Callable[[str], None], *, is_served: bool) -> Iterator[None]:
    """The file is imported meanwhile; `is_served` if for real a fork server is the parent of this process."""
    _State.imports = is_served and _SERVERS_IMPORT
    before = _state_of_random() if _State.imports else None
    try:
        yield
    finally:
        _State.imports = False
    if before is not None and _state_of_random() != before:
        rely("entropy")  # a server's draws are the same for all, and its processes are seeded by the system
