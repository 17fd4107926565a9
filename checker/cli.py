"""The command line: what is done, what is printed where, progress, and the exit code."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from checker import __version__, catalog
from checker.arguments import Command, Form, Request, parse, went_to_script
from checker.errors import CheckerError, UsageError
from checker.history import History, Record, digest_of, key_of
from checker.report.json_form import json_report
from checker.report.overview import LabState, overview, plain_overview
from checker.report.paper import block, wrap
from checker.report.plain import plain_report
from checker.report.text import text_report
from checker.report.totals import plain_totals, totals
from checker.result import Result, Verdict
from checker.spec import Spec
from checker.terminal import Progress, is_terminal, paper_of

if TYPE_CHECKING:
    from checker.options import Options

_REPORT_TO = "the issues of the repository that the checker comes from"


class _Unwritable(Exception):
    """The report cannot be written where it is wanted."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns the exit code; raises `SystemExit` for --help and --version."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # it was closed before we began
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    with contextlib.suppress(AttributeError, ValueError, OSError):
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        sys.stderr.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        with _ended_in_order():
            return _command(parse(argv))
    except CheckerError as error:
        _complain("\n".join(_error_lines(str(error))) + "\n")
        return error.exit_code
    except KeyboardInterrupt:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is cleaned up: once more would only make noise
        _complain("stopped\n")
    except _Unwritable as error:
        # Nothing can be said any more, not even at exit. Where whoever read it has gone, nobody wants to know.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if str(error):
            _complain(f"checker: the report cannot be written: {error}\n")
        return 3
    except Exception:
        about = f"checker {__version__}, Python {platform.python_version()}, {platform.system()}"
        whose = f"This is a bug of the checker, not of your program. Please report the lines above to {_REPORT_TO}"
        _complain(f"{traceback.format_exc()}{whose} ({about}).\n")
        return 4
    signal.signal(signal.SIGINT, before)
    return 130


class _ToldToEnd(BaseException):
    """A signal asks this process to end: first everything is cleaned up."""


@contextlib.contextmanager
def _ended_in_order() -> Iterator[None]:
    """Lets the signals that end a process (a closed terminal, `kill`) clean up first, as Ctrl-C does."""
    wanted = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        wanted = []
    mine = [number for number in wanted if signal.getsignal(number) is signal.SIG_DFL]
    told: list[int] = []

    def end(number: int, frame: object) -> None:
        told.append(number)
        raise _ToldToEnd

    for number in mine:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in mine:
            signal.signal(number, signal.SIG_DFL)
        if told:
            signal.raise_signal(told[0])


def _error_lines(text: str) -> list[str]:
    first, _, others = paper_of(sys.stderr).visible(text).partition("\n")
    return [*wrap(first, "checker: ", "  "), *(block(others, "  ") if others else [])]


def _command(request: Request) -> int:
    try:
        here = Path.cwd()
    except OSError:
        raise UsageError("the current folder is gone: go to another one with cd, and try again") from None
    if request.command in (Command.EXPLORE, Command.REPLAY_SCRIPT) or _is_of_script(request):
        return _script(_history_of_scripts(here, request), request)
    folder = catalog.find_folder(here, request.labs)
    history = History(folder.absolute().parent / ".checker")
    labs = list(dict.fromkeys(lab for word in request.targets for lab in catalog.resolve(word, folder)))
    match request.command:
        case Command.OVERVIEW:
            return _overview(folder, history, request)
        case Command.CHECK:
            return _check(labs, history, request)
    if len(labs) != 1:
        raise UsageError(f"{request.command.value} takes one lab: python -m checker {request.command.value} lab3")
    return _hint(labs[0], history) if request.command is Command.HINT else _replay(labs[0], history, request)


def _check(labs: Sequence[catalog.Lab], history: History, request: Request) -> int:
    from checker import check  # not needed for the quick answers: the overview, hints, wrong use

    results: list[Result] = []
    specs = [catalog.load_spec(lab.key) for lab in labs]
    for lab, spec in zip(labs, specs, strict=True):
        digest = digest_of(lab.file)
        with Progress(lab.key, wanted=is_terminal(sys.stderr)) as progress:
            result = check.check(lab.file, spec, _options(request, request.seed or 0), progress)
        if digest_of(lab.file) != digest:
            result = check.changed_meanwhile(result)
        history.remember(key_of(lab.key, lab.file, is_own=lab.is_own), result, digest)
        if results and request.form is not Form.JSON:
            _print("\n")
        _print(_report(result, spec, request))
        results.append(result)
    if len(results) > 1 and request.form is not Form.JSON:
        form = plain_totals if request.form is Form.PLAIN else totals
        _print("\n" + form(results, paper_of(sys.stdout)))
    _note(history)
    return max((_code(result) for result in results), key=(0, 3, 1).index)


def _replay(lab: catalog.Lab, history: History, request: Request) -> int:
    spec = catalog.load_spec(lab.key)
    failing = history.read(key_of(lab.key, lab.file, is_own=lab.is_own)).failing
    word, schedule, changed = f"lab{lab.number}" if lab.is_own else str(lab.file), request.schedule, False
    if schedule is None:
        if failing is None:
            raise UsageError(f"nothing to replay: no check of {word} has failed yet; run python -m checker {word}")
        if not failing.schedule:
            raise UsageError(
                f"nothing to replay: the last failure of {word} ({failing.kind.replace('_', ' ')}) is not one of a "
                f"single schedule; run python -m checker {word}"
            )
        schedule, changed = failing.schedule, failing.digest != digest_of(lab.file)
    seed = request.seed if request.seed is not None else failing.seed if failing is not None else 0
    from checker import check

    with Progress(lab.key, wanted=is_terminal(sys.stderr)):
        result = check.replay(lab.file, spec, schedule, _options(request, seed))
    if changed and result.message == check.NO_FIT:
        result = replace(result, message="the file has changed since; check it again")
    elif changed:
        result = replace(result, notes=(f"{lab.file} has changed since this schedule was found", *result.notes))
    _print(_report(result, spec, request))
    return _code(result)


def _is_of_script(request: Request) -> bool:
    return request.command is Command.REPLAY and len(request.targets) == 1 and catalog.is_script(request.targets[0])


def _history_of_scripts(here: Path, request: Request) -> History:
    """That of the labs, if there are any: a script's own folder is left as it is."""
    try:
        folder = catalog.find_folder(here, request.labs).absolute().parent
    except UsageError:
        folder = here
    return History(folder / ".checker")


def _script(history: History, request: Request) -> int:
    from checker import script_command
    from checker.script import Script

    catalog.demand_script(request.targets[0])
    script = Script(Path(request.targets[0]), request.arguments)
    if said := went_to_script(request.arguments):
        _remark(said)
    with Progress(script.file.name, wanted=is_terminal(sys.stderr)) as progress:
        if request.command is Command.EXPLORE:
            result = script_command.explored(script, _options(request, request.seed or 0), history, progress)
        else:
            seed = request.seed
            result = script_command.replayed(
                script, request.schedule, lambda found: _options(request, found if seed is None else seed), history
            )
    _print(_report(result, None, request))
    _note(history)
    return _code(result)


def _hint(lab: catalog.Lab, history: History) -> int:
    """Shows the hints so far and one more; all of them where it cannot be remembered how many that were."""
    hints = catalog.load_spec(lab.key).hints
    key = key_of(lab.key, lab.file, is_own=lab.is_own)
    before = history.read(key).hints
    count = min(before + 1, len(hints))
    if not history.count_hints(key, count):
        count = len(hints)
    paper = paper_of(sys.stdout)
    for number, hint in enumerate(hints[:count], start=1):
        _print("\n".join(wrap(paper.visible(hint), f"hint {number} of {len(hints)}  ")) + "\n")
    if before == len(hints):
        _print("These are all.\n")
    _note(history)
    return 0


def _overview(folder: Path, history: History, request: Request) -> int:
    states = []
    for lab in catalog.labs_in(folder):
        record = history.read(lab.key)
        title = catalog.load_spec(lab.key).title if lab.key in catalog.spec_names() else lab.key
        changed = record.verdict is not None and record.digest != digest_of(lab.file)
        states.append(LabState(lab.number, title, str(lab.file), record.verdict, _state_word(record), changed))
    form = plain_overview if request.form is Form.PLAIN else overview
    _print(form(tuple(states), paper_of(sys.stdout)))
    return 0


def _state_word(record: Record) -> str:
    match record.verdict:
        case Verdict.PASS:
            return "passed, proved" if record.proved else "passed"
        case Verdict.FAIL:
            return (record.kind or "a finding").replace("_", " ")
        case Verdict.ERROR:
            return "cannot be run"
        case Verdict.UNCHECKED:
            return "could not be checked"
    return ""


def _options(request: Request, seed: int) -> Options:
    from checker.options import Options

    return Options(
        seed=seed,
        schedules=request.schedules,
        preemptions=request.preemptions,
        jobs=request.jobs,
        seconds=request.seconds,
        cpu_limit_s=request.cpu_limit_s,
        real_runs=request.real_runs,
        start_method=request.start_method,
    )


def _report(result: Result, spec: Spec | None, request: Request) -> str:
    if request.form is Form.JSON:
        return json_report(result)
    form = plain_report if request.form is Form.PLAIN else text_report
    return form(result, spec, paper_of(sys.stdout))


def _code(result: Result) -> int:
    return {Verdict.PASS: 0, Verdict.FAIL: 1}.get(result.verdict, 3)


def _print(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise _Unwritable from None
    except OSError as error:
        raise _Unwritable(error.strerror) from None


def _complain(text: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(text)
        sys.stderr.flush()


def _note(history: History) -> None:
    if history.note is not None:
        _remark(history.note)


def _remark(text: str) -> None:
    _complain("\n".join(wrap(paper_of(sys.stderr).visible(text), "note: ")) + "\n")
