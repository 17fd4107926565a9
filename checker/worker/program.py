"""Loads the student's file, afresh for each process, and finds its `main`. Runs in a worker process."""

from __future__ import annotations

import inspect
import sys
import traceback
import types
import warnings
from collections.abc import Callable
from typing import Any

from checker.controlled import uncaught
from checker.controlled.conversation import CONVERSATION, refuse
from checker.controlled.loops import Loops, loops_of
from checker.worker import shadows

_NAME = "__mp_main__"
_SCRIPT_NAME = "__main__"
_MAX_PROGRAMS = 8
_MAX_LINE_CHARS = 120
_open = open  # as it was before the program's own was replaced


class _Loaded:
    """Code objects by file and content, and the modules of the present task."""

    code: dict[tuple[str, bytes], tuple[types.CodeType, Loops | None]] = {}  # noqa: RUF012 - one for the worker
    module: types.ModuleType | None = None
    before = sys.modules["__main__"]


def load(file: str) -> dict[str, Any]:
    """Runs the file as a module of its own, as a spawned process does, and returns its names.

    Raises:
        BaseException: whatever the file raises; SyntaxError where it is no Python.
    """
    code = _compiled(file)
    module = _Loaded.module = types.ModuleType(_NAME)
    names = module.__dict__
    names["__file__"] = file
    sys.modules["__main__"] = sys.modules[_NAME] = module
    exec(code, names)
    return names


def run_script(file: str) -> None:
    """Runs the file as `python file` does.

    What cannot be run is refused, with a sentence that says why.

    Raises:
        BaseException: whatever the file raises.
    """
    try:
        code = _compiled(file)
    except (SyntaxError, ValueError) as error:
        refuse("import", _cut("".join(traceback.format_exception_only(error)).rstrip("\n").split("\n")))
    shadows.demand_none(sys.path[0])
    module = _Loaded.module = types.ModuleType(_SCRIPT_NAME)
    module.__dict__.update(__file__=file, __cached__=None)
    sys.modules["__main__"] = sys.modules[_NAME] = module  # what spawned children send back is of `__mp_main__`
    exec(code, module.__dict__)


def refuse_import(error: ImportError) -> None:
    """Refuses a script for want of what it imports."""
    sentence = _last_lines(error)
    if "no known parent package" in str(error):
        sentence += (
            "\nA file that is run by its path belongs to no package, here as in `python FILE`: import by full names "
            "(from package.module import ...), with the folder of the package in PYTHONPATH"
        )
    refuse("import", sentence)


def _compiled(file: str) -> types.CodeType:
    with _open(file, "rb") as stream:
        source = stream.read()
    key = (file, source)
    known = _Loaded.code.get(key)
    if known is None:
        with warnings.catch_warnings():  # said once for each worker, it would differ from run to run
            warnings.simplefilter("ignore")
            code = compile(source, file, "exec", dont_inherit=True)
        if len(_Loaded.code) >= _MAX_PROGRAMS:
            _Loaded.code.clear()
        known = _Loaded.code[key] = (code, loops_of(source))
    code, CONVERSATION.places.loops = known
    return code


def forget() -> None:
    """Lets go of the present task's module: its names first, since functions hold them in a circle."""
    if _Loaded.module is not None:
        sys.modules["__main__"] = sys.modules[_NAME] = _Loaded.before
        _Loaded.module.__dict__.clear()
        _Loaded.module = None


def entry(file: str, call: list[Any]) -> Callable[..., Any]:
    """Loads the file for the program's first process and returns its `main`, which takes the arguments `call`.

    What cannot be run is refused, with a sentence that says why.
    """
    try:
        names = load(file)
    except SyntaxError as error:
        if error.filename == file:
            refuse("import", _cut("".join(traceback.format_exception_only(error)).rstrip("\n").split("\n")))
        refuse("import", _last_lines(error))
    except SystemExit:
        refuse("import", "the file calls sys.exit() when it is imported; put the call under `if __name__ == ...`")
    except BaseException as error:
        refuse("import", _last_lines(error))
    main = names.get("main")
    if not callable(main):
        refuse("no_main", "the file has no function main()")
    reason = _mismatch(main, call)
    if reason:
        shown = ", ".join(map(repr, call))
        line = getattr(getattr(main, "__code__", None), "co_firstlineno", None)
        CONVERSATION.part("refuse", ["signature", f"main() cannot be called as main({shown}): {reason}"], line)
    return main  # type: ignore[no-any-return]


def _mismatch(main: Any, call: list[Any]) -> str | None:
    """Why `main` does not take these arguments; None if it does."""
    if type(main) is types.FunctionType and not main.__kwdefaults__:
        code = main.__code__
        least = code.co_argcount - len(main.__defaults__ or ())
        if not code.co_kwonlyargcount and least <= len(call) <= code.co_argcount:
            return None
    try:
        inspect.signature(main).bind(*call)
    except TypeError as error:
        return str(error)
    except ValueError:
        return None  # nothing is known of it
    return None


def _last_lines(error: BaseException) -> str:
    lines = uncaught.text_of(error).rstrip("\n").split("\n")
    return _cut(lines[-12:])


def _cut(lines: list[str]) -> str:
    """The lines as one text; of a very long one the beginning, so that those after it are told too."""
    return "\n".join(line if len(line) <= _MAX_LINE_CHARS else f"{line[:_MAX_LINE_CHARS]}..." for line in lines)
