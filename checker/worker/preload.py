"""The modules that programs commonly import, loaded once before any worker is forked."""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Iterator

_MODULES = (
    "abc argparse array atexit bisect collections collections.abc concurrent.futures contextlib copy csv ctypes "
    "dataclasses datetime decimal enum errno fractions functools gc glob hashlib heapq inspect io itertools json "
    "logging math numbers operator os os.path pathlib pickle pprint queue random re secrets select selectors shutil "
    "signal socket statistics string struct subprocess sys tempfile textwrap threading time traceback types typing "
    "uuid warnings weakref zlib"
)


_BEYOND = 201
"""The last of the descriptors that are a worker's own (see `ties`)."""


def import_all() -> None:
    """Imports them; one that this Python does not have is no loss.

    What they want done in each forked child is left out: it mends what other threads may have held or drawn, of which a
    zygote has none, and is an eighth of what a fresh worker costs. So nothing else is to be imported before.
    """
    register = getattr(os, "register_at_fork", None)
    if register is not None:
        os.register_at_fork = lambda **callbacks: None
    try:
        with _low_numbers_taken():
            for name in _MODULES.split():
                with contextlib.suppress(ImportError):
                    importlib.import_module(name)
    finally:
        if register is not None:
            os.register_at_fork = register


@contextlib.contextmanager
def _low_numbers_taken() -> Iterator[None]:
    """What opens a file meanwhile and keeps it (libffi does, for `ctypes`) has it out of the program's way."""
    taken: list[int] = []
    try:
        with contextlib.suppress(OSError):  # so many are not allowed
            while not taken or taken[-1] < _BEYOND:
                taken.append(os.dup(0))
        yield
    finally:
        for number in taken:
            os.close(number)
