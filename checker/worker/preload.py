"""The modules that programs commonly import, loaded once before any worker is forked."""

from __future__ import annotations

import contextlib
import importlib
import os

_MODULES = (
    "abc argparse array atexit bisect collections collections.abc concurrent.futures contextlib copy csv ctypes "
    "dataclasses datetime decimal enum errno fractions functools gc glob hashlib heapq inspect io itertools json "
    "logging math numbers operator os os.path pathlib pickle pprint queue random re secrets select selectors shutil "
    "signal socket statistics string struct subprocess sys tempfile textwrap threading time traceback types typing "
    "uuid warnings weakref zlib"
)


def import_all() -> None:
    """Imports them; one that this Python does not have is no loss.

    What they want done in each forked child is left out: it mends what other threads may have held or drawn, of which a
    zygote has none, and is an eighth of what a fresh worker costs. So nothing else is to be imported before.
    """
    register = getattr(os, "register_at_fork", None)
    if register is not None:
        os.register_at_fork = lambda **callbacks: None
    try:
        for name in _MODULES.split():
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    finally:
        if register is not None:
            os.register_at_fork = register
