"""What is done around a fork: the program's own hooks, and what shared objects do in the child. Runs in a worker.

`os.register_at_fork` of a program ends here: the checker forks twice for each child (see `popen_fork`), and the hooks
run once, as for real. Those of the standard library were left out when it was imported (see `worker.preload`).
"""

from __future__ import annotations

import itertools
import os
import sys
import weakref
from collections.abc import Callable
from typing import Any

from checker.controlled import stdio, uncaught


class _State:
    """The hooks in the order in which they were registered, and the objects that a forked child has to mend."""

    before: list[Callable[[], object]] = []  # noqa: RUF012 - one for the process, fresh for each task
    in_parent: list[Callable[[], object]] = []  # noqa: RUF012
    in_child: list[Callable[[], object]] = []  # noqa: RUF012
    objects: Any = weakref.WeakValueDictionary()  # noqa: RUF012
    numbers = itertools.count()


def begin() -> None:
    """Forgets the last task."""
    _State.before, _State.in_parent, _State.in_child = [], [], []
    _State.objects = weakref.WeakValueDictionary()


def register(*, before: Any = None, after_in_child: Any = None, after_in_parent: Any = None) -> None:
    """Register callables to be called when forking a new process."""
    if before is None and after_in_child is None and after_in_parent is None:
        raise TypeError("At least one argument is required.")
    given = (
        ("before", before, _State.before),
        ("after_in_child", after_in_child, _State.in_child),
        ("after_in_parent", after_in_parent, _State.in_parent),
    )
    for name, hook, _ in given:
        if hook is not None and not callable(hook):
            raise TypeError(f"'{name}' must be callable, not {type(hook).__name__}")
    for _, hook, hooks in given:
        if hook is not None:
            hooks.append(hook)


def mend_in_child(obj: Any) -> None:
    """From now on `obj._after_fork()` is called in each forked child, in the order of these calls."""
    _State.objects[next(_State.numbers)] = obj


def mend_all() -> None:
    """In a forked child: mends what it has of its parent's objects."""
    for _, obj in sorted(_State.objects.items()):
        obj._after_fork()


def run_before() -> None:
    """Runs the hooks for before the fork, the youngest first."""
    _run(reversed(_State.before))


def run_in_parent() -> None:
    """Runs the hooks for the parent."""
    _run(_State.in_parent)


def run_in_child() -> None:
    """Runs the hooks for the child."""
    _run(_State.in_child)


def _run(hooks: Any) -> None:
    for hook in list(hooks):
        try:
            hook()
        except BaseException as error:
            if sys.unraisablehook is sys.__unraisablehook__:  # which takes what the interpreter makes, and nothing else
                stdio.write_error(f"Exception ignored in: {hook!r}\n{uncaught.text_of(error)}")
            else:
                sys.unraisablehook(_unraisable(error, hook))


def _unraisable(error: BaseException, hook: Any) -> Any:
    """What `sys.unraisablehook` is told of an exception in a hook, which ends nothing."""
    fields = (type(error), error, error.__traceback__, "Exception ignored in", hook)
    return _Unraisable(*fields)


class _Unraisable:
    """Has the attributes of what the interpreter would tell."""

    def __init__(self, exc_type: Any, exc_value: Any, exc_traceback: Any, err_msg: str, obj: Any) -> None:
        self.exc_type = exc_type
        self.exc_value = exc_value
        self.exc_traceback = exc_traceback
        self.err_msg = err_msg
        self.object = obj


PATCHES: list[tuple[Any, str, Any]] = [(os, "register_at_fork", register)]
