"""Runs one task: one process of the student's program, from its start to its end. Runs in a worker process."""

from __future__ import annotations

import contextlib
import contextvars
import io
import json
import pickle
import sys
from typing import Any

from checker.controlled import (
    at_fork,
    clock,
    context,
    exiting,
    folder,
    lifetimes,
    popen,
    popen_fork,
    process,
    processors,
    relatives,
    reliance,
    served,
    stdio,
    system,
    uncaught,
)
from checker.controlled.conversation import CONVERSATION, refuse
from checker.wire import MAX_JSON_BYTES, Channel
from checker.worker import draws, forked, limits, program, scrub

_UNFLUSHED = 120
"""The exit code of an interpreter that cannot flush its standard streams."""
_dumps = json.dumps  # the program may put something else there


def run(channel: Channel, fields: dict[str, Any], data: bytes, baseline: scrub.Baseline) -> None:
    """Runs the process that `fields` describe (see `vocabulary.TASK_FIELDS`) and asks for its end.

    Comes back only where the worker may take another task.
    """
    path = fields["path"]
    stdio.begin()
    CONVERSATION.begin(channel, path, fields["file"], posting=fields["posting"])
    CONVERSATION.is_script = fields["argv"] is not None
    exiting.begin()
    clock.begin()
    popen.begin()
    served.begin()
    reliance.begin()
    processors.begin()
    lifetimes.begin()
    at_fork.begin()
    popen_fork.begin(forked.become, baseline.has_more_descriptors)
    folder.begin(fields["directory"], fields["temporary"], fields["home"])
    context.begin(fields["start_method"], fields["asking"])
    system.begin(fields["pid"], fields["parent_pid"])
    process.begin(fields["name"], inheriting="." in path)
    draws.begin(f"{fields['seed']}/{path}")
    baseline.begin(fields["directory"], fields["temporary"], fields["file"])
    limits.watch(fields["cpu_limit_s"])
    try:
        body = _run_started if "." in path else _run_main if fields["argv"] is None else _run_script
        code, text, result = contextvars.copy_context().run(body, fields, data)
        draws.tell()
        end = (code & 0xFF, uncaught.cut(text), bool(result), result[0] if result else None)
        spoiled = not fields["warm"] or CONVERSATION.has_unpickled() or not baseline.is_reusable()
        CONVERSATION.leave(end, spoiled=spoiled)
    finally:
        limits.watch(0)
        CONVERSATION.end()
        process.begin("MainProcess", inheriting=False)  # lets go of what this one was given, while nobody hears it
        program.forget()


def _run_main(fields: dict[str, Any], data: bytes) -> tuple[int, str | None, list[Any]]:
    """The program's first process: loads the file and calls `main`."""
    file, call = fields["file"], fields["call"]
    main = program.entry(file, call)
    text: str | None = None
    result: list[Any] = []
    try:
        try:
            result = [main(*call)]
        finally:  # so does the interpreter when the script is over, before all that comes at exit; it hides errors
            with contextlib.suppress(Exception):
                exiting.flush_std_streams()
        code = 0
    except SystemExit as error:
        code = relatives.code_of(error)
    except BaseException as error:
        code = 1
        text = uncaught.text_of(error)
        _report(error, text)
    if result:
        _check_result(result[0])
    return *_at_exit(code, text), result


def _run_script(fields: dict[str, Any], data: bytes) -> tuple[int, str | None, list[Any]]:
    """The program's first process: runs the file as `python FILE ARGS` does."""
    sys.argv = list(fields["argv"])
    text: str | None = None
    code = 0
    try:
        try:
            program.run_script(fields["file"])
        finally:
            with contextlib.suppress(Exception):
                exiting.flush_std_streams()
    except SystemExit as error:
        code = relatives.code_of(error)
    except BaseException as error:
        if isinstance(error, ImportError) and not process.started_children():
            program.refuse_import(error)
        code = 1
        text = uncaught.text_of(error)
        _report(error, text)
    return *_at_exit(code, text), [None]


def _run_started(fields: dict[str, Any], data: bytes) -> tuple[int, str | None, list[Any]]:
    """A process that another one started: loads the file, then the Process object, and runs that."""
    stream = io.BytesIO(data)
    text: str | None = None
    try:
        exiting.register()  # a spawned process has imported multiprocessing.util before the program
        popen.prepare(stream)
        with served.importing(reliance.rely, is_served=popen.is_served()):
            program.load(fields["file"])
        process_object = pickle.load(stream)
        lifetimes.open_all()
        del process.current_process()._inheriting
        code, text = process_object._bootstrap()
    except SystemExit as error:
        code = relatives.code_of(error)
    except BaseException as error:
        code = 1
        text = uncaught.text_of(error)
        _report(error, text)
    return *_at_exit(code, text), []


def _report(error: BaseException, text: str) -> None:
    """Says what the interpreter says of an uncaught exception."""
    if sys.excepthook is not sys.__excepthook__:
        sys.excepthook(type(error), error, error.__traceback__)
    else:
        stdio.write_error(text)


def _at_exit(code: int, text: str | None) -> tuple[int, str | None]:
    """Does what comes last in a process; returns its exit code and the text of its uncaught exception, if any."""
    failed = exiting.run_exit_functions()
    if failed is not None and code == 0:
        code, text = 1, failed
    try:
        exiting.flush_std_streams()
    except Exception:
        return _UNFLUSHED, text
    return code, text


def _check_result(result: Any) -> None:
    try:
        length = len(_dumps(result))
    except (TypeError, ValueError, RecursionError):
        refuse("not_json", f"main() returned what JSON cannot carry: {_short(result)}")
    if length > MAX_JSON_BYTES // 2:
        refuse("not_json", f"main() returned {length} characters of JSON, more than can be checked")


def _short(result: Any) -> str:
    try:
        text = repr(result)
    except Exception:
        text = "?"
    return f"{text[:80]} of type {type(result).__name__}"
