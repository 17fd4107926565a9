"""Puts the controlled library in the place of the standard one, for good. Runs in a worker process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from operator import itemgetter
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from checker import controlled
from checker.controlled import (
    at_fork,
    clock,
    context,
    files,
    folder,
    identity,
    process,
    processors,
    queues,
    reduction,
    refusals,
    relatives,
    sharedctypes,
    synchronize,
    synchronized,
    system,
)

_PARTS: dict[str, tuple[ModuleType, ...]] = {
    "context": (context,),
    "process": (relatives, process),
    "queues": (queues,),
    "reduction": (reduction,),
    "sharedctypes": (synchronized, sharedctypes),
    "synchronize": (synchronize,),
}
"""The standard library's modules and what stands behind them."""

_KEPT_OUT = frozenset(
    {"ask", "post", "refuse", "seconds", "blocks", "units", "CONVERSATION", "SPOILED"}
    | {"Any", "NoReturn", "annotations", "begin", "is_immutable"}
)


class _Replaced(NamedTuple):
    """What was replaced of one owner; `present` looks all of it up in the owner's names at once."""

    owner: Any
    replacements: dict[str, Any]
    present: Callable[[Any], Any]
    expected: Any


PATCHES: list[tuple[Any, str, Any]] = [
    *clock.PATCHES,
    *files.PATCHES,
    *folder.PATCHES,
    *identity.PATCHES,
    *processors.PATCHES,
    *system.PATCHES,
    *refusals.PATCHES,
    *at_fork.PATCHES,
]
"""Every function that is to be replaced: where, its name, by what."""

_REPLACED: list[_Replaced] = []
"""Those that this Python has and that were replaced, by their owners."""


def install() -> None:
    """Replaces multiprocessing and everything that cannot be controlled, in this process, before student code runs."""
    package = _module("multiprocessing")
    package.__dict__["__path__"] = []  # nothing of the real package is found below it
    package.__dict__["__all__"] = list(controlled.__all__)
    package.__dict__.update({name: getattr(controlled, name) for name in controlled.__all__})
    for name in [name for name in sys.modules if name.partition(".")[0] == "multiprocessing"]:
        del sys.modules[name]
    sys.modules["multiprocessing"] = package
    for part, sources in _PARTS.items():
        _add(package, part, _face(f"multiprocessing.{part}", sources))
    for full_name, names in refusals.UNCONTROLLED.items():
        part = full_name.partition(".")[2]
        module = sys.modules.get(full_name) or _module(full_name)
        module.__dict__.update({name: refusals.stand_in(full_name, name) for name in names.split()})
        _add(package, part, module)
    sys.modules["concurrent.futures.process"] = refusals.executor_module()
    files.watch()
    by_owner: dict[Any, dict[str, Any]] = {}
    for owner, name, replacement in PATCHES:
        if hasattr(owner, name):
            setattr(owner, name, replacement)
            by_owner.setdefault(owner, {})[name] = replacement
    for owner, replacements in by_owner.items():
        present = itemgetter(*replacements)
        _REPLACED.append(_Replaced(owner, replacements, present, present(vars(owner))))


def restore() -> None:
    """Makes the replaced functions ours again, whatever a program has put there."""
    for owner, replacements, present, expected in _REPLACED:
        try:
            is_ours = present(vars(owner)) == expected
        except KeyError:
            is_ours = False
        if not is_ours:
            for name, replacement in replacements.items():
                setattr(owner, name, replacement)


def _module(name: str) -> ModuleType:
    module = ModuleType(name)
    module.__spec__ = ModuleSpec(name, None, is_package="." not in name)
    return module


def _add(package: ModuleType, part: str, module: ModuleType) -> None:
    sys.modules[f"multiprocessing.{part}"] = module
    package.__dict__[part] = module


def _face(name: str, sources: tuple[ModuleType, ...]) -> ModuleType:
    """A module of that name with what the sources define; their classes say that they are from there."""
    module = _module(name)
    for source in sources:
        for key, value in vars(source).items():
            if key.startswith("__") or key in _KEPT_OUT or isinstance(value, ModuleType):
                continue
            if isinstance(value, type | FunctionType):
                if value.__module__ == source.__name__:
                    value.__module__ = name
                elif value.__module__.startswith("checker."):
                    continue  # imported there for its own use
            module.__dict__[key] = value
    module.__dict__["__all__"] = list(getattr(sources[-1], "__all__", ()))
    return module
