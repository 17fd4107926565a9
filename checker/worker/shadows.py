"""Finds what hides a module that this process has loaded already. Runs in a worker process.

`python FILE` looks into the file's own folder first, whoever imports: a `queue.py` there is what the standard library
gets as well. A worker has loaded its modules long before it knows the file, so that here it would be another program.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import FrozenImporter, PathFinder

from checker.controlled.conversation import refuse

_listdir = os.listdir
_OWN = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class _Known:
    """The folders that were looked into: what hides a module there, the one hidden first."""

    hiding: dict[str, tuple[str, str] | None] = {}  # noqa: RUF012 - one for the worker


def demand_none(folder: str) -> None:
    """Refuses a script in a folder that holds a module of a name that is taken."""
    if folder not in _Known.hiding:
        _Known.hiding[folder] = _hiding(folder)
    hiding = _Known.hiding[folder]
    if hiding is not None:
        name, origin = hiding
        refuse(
            "uncontrolled",
            f"{origin} in place of Python's own {name} is not controlled: `python FILE` takes it wherever {name} is "
            "imported, in the standard library as well; give it another name",
        )


def _hiding(folder: str) -> tuple[str, str] | None:
    try:
        names = {entry.partition(".")[0] for entry in _listdir(folder)}
    except OSError:
        return None
    for name in sorted(names & sys.modules.keys() - sys.builtin_module_names - {"__main__", "__mp_main__"}):
        if FrozenImporter.find_spec(name) is None:  # those come first for real, too, as do those built in
            spec = PathFinder.find_spec(name, [folder])
            if spec is not None and spec.loader is not None and os.path.dirname(spec.origin or "") != _OWN:
                return name, spec.origin or folder
    return None
