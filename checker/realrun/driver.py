"""Runs in a process of its own: loads a student's file and calls its `main`, uncontrolled.

Called as `driver.py RESULT START_METHOD FILE ARGS` with ARGS as JSON. RESULT is an inherited descriptor, or the path
of a file where descriptors cannot be inherited. One line of JSON goes there: {"returned": value} once `main` has
returned, or {"failed": sentence}. Then the process ends as any Python program does, children joined.
"""

from __future__ import annotations

import importlib.util
import json
import multiprocessing
import os
import signal
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

# What spawn calls the program's module in a child. Here too, so that pickles name the same module on both sides.
MODULE_NAME = "__mp_main__"


def drive(result: str, start_method: str, file: str, call: list[Any]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):  # a caller in the background may have them ignored
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    where = _result_descriptor(result)
    multiprocessing.set_start_method(start_method)
    sys.argv = [file]
    try:
        main = getattr(_load(file), "main", None)
        if callable(main):
            returned = main(*call)
        else:
            _fail(where, "there is no function main")
    except Exception as error:
        _print_traceback(error)
        _fail(where, f"{type(error).__name__}: {error}")
    try:
        line = json.dumps({"returned": returned})
    except (TypeError, ValueError, RecursionError):
        _fail(where, f"main returned {type(returned).__name__}, which is not JSON")
    _write(where, line)


def _result_descriptor(result: str) -> int:
    if not result.isdigit():
        return os.open(result, os.O_WRONLY | os.O_APPEND)
    where = int(result)
    os.set_inheritable(where, False)  # noqa: FBT003
    os.register_at_fork(after_in_child=lambda: os.close(where))
    return where


def _load(file: str) -> ModuleType:
    """Executes the file as the program's main module; a child under spawn finds it by its path."""
    spec = importlib.util.spec_from_file_location(MODULE_NAME, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{Path(file).name} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    module.__spec__ = None  # as for `python file.py`: otherwise spawn would look for a module of that name
    sys.modules["__main__"] = sys.modules[MODULE_NAME] = module
    spec.loader.exec_module(module)
    return module


def _print_traceback(error: Exception) -> None:
    """Writes the traceback as the student's own program would show it, without this file and the import system."""
    machinery = (__file__, "<frozen importlib._bootstrap>", "<frozen importlib._bootstrap_external>")
    rest = error.__traceback__
    while rest is not None and rest.tb_frame.f_code.co_filename in machinery:
        rest = rest.tb_next
    traceback.print_exception(error.with_traceback(rest), file=sys.stderr)


def _fail(where: int, sentence: str) -> NoReturn:
    _write(where, json.dumps({"failed": sentence[:2000]}))
    sys.exit(1)


def _write(where: int, line: str) -> None:
    rest = line.encode() + b"\n"
    while rest:
        rest = rest[os.write(where, rest) :]


if __name__ == "__main__":
    driver = sys.modules["__main__"]  # kept: it stops being __main__, and must not be cleared
    drive(sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4]))
