"""The arguments of the command line: what may be asked, and the request that comes out of it."""

from __future__ import annotations

import argparse
import difflib
import platform
import re
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NoReturn

from checker import __version__
from checker.counts import listed
from checker.errors import UsageError

_DESCRIPTION = """\
Checks your fix of a lab by deciding the interleavings of its processes.

  python -m checker                  the labs, how they stand, what to do next
  python -m checker lab3 [lab4 ...]  check labs; also: all, or a file
  python -m checker replay lab3      the last failing schedule again
  python -m checker hint lab3        a hint, one more each time
  python -m checker explore FILE [ARGS ...]         any script; ARGS are its own
  python -m checker replay explore FILE [ARGS ...]  its last failing schedule"""
_EXIT_CODES = (
    "exit codes: 0 passed, 1 a finding, 2 wrong use, 3 could not be checked,\n4 a bug of the checker, 130 Ctrl-C"
)


_MAX_DIGITS = 10
_MAX_SHOWN = 40


class Command(Enum):
    """What is to be done; the values are the words that ask for it, where there are any."""

    OVERVIEW = ""
    CHECK = "check"
    REPLAY = "replay"
    HINT = "hint"
    EXPLORE = "explore"
    REPLAY_SCRIPT = "replay explore"


class Form(Enum):
    """How a report is given."""

    TEXT = "text"
    PLAIN = "plain"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Request:
    """What the person asked for. `targets` are words for labs; None stands for what was not given.

    Of a script, `targets` is its one file, and `arguments` are what it is given.

    `seconds` of wall time bound the exploration of one scenario, `cpu_limit_s` CPU seconds what a process computes
    between two scheduling points. `real_runs` is their number, False for none.
    """

    command: Command
    targets: tuple[str, ...]
    form: Form
    labs: str | None
    schedule: str | None
    seed: int | None
    schedules: int | None
    preemptions: int | None
    jobs: int
    seconds: float
    cpu_limit_s: float
    real_runs: bool | int | None
    start_method: str | None
    arguments: tuple[str, ...] = ()


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in a line, as every other error does, instead of the whole usage."""

    def error(self, message: str) -> NoReturn:
        unknown = re.match(r"unrecognized arguments: (--\w[\w-]*)", message)
        if unknown:
            options = [option for action in self._actions for option in action.option_strings]
            close = difflib.get_close_matches(unknown[1], options, n=1, cutoff=0.75)
            raise UsageError(f"{message}; {f'did you mean {close[0]}?' if close else 'see python -m checker --help'}")
        see = "; see python -m checker --help" if message.startswith("unrecognized") else ""
        raise UsageError(f"{message.removeprefix('argument ').replace(' with argument ', ' with ')}{see}")


def parse(argv: Sequence[str] | None) -> Request:
    """The request of these arguments (those of the process where None).

    Raises:
        UsageError: an option is unknown, or has no value that makes sense there.
        SystemExit: 0, after --help or --version.
    """
    own, arguments = split_off_script(sys.argv[1:] if argv is None else argv)
    given = _parser().parse_intermixed_args(own)
    words: list[str] = given.words
    command, targets = Command.CHECK if words else Command.OVERVIEW, words
    if script_words(words):
        command, targets = Command(" ".join(words[: script_words(words)])), words[script_words(words) :]
        if not targets:
            raise UsageError(f"{command.value} takes a file: python -m checker {command.value} FILE [ARGS ...]")
    elif words and words[0] in (Command.REPLAY.value, Command.HINT.value):
        command, targets = Command(words[0]), words[1:]
        if len(targets) != 1:
            raise UsageError(f"{command.value} takes one lab: python -m checker {command.value} lab3")
    if given.schedule is not None and command not in (Command.REPLAY, Command.REPLAY_SCRIPT):
        raise UsageError("--schedule belongs to replay: python -m checker replay lab3 --schedule TEXT")
    if command is Command.CHECK:
        _check_for_commands(words)
    if given.jobs > 1 and given.preemptions is not None:
        raise UsageError("--jobs 2 does not go with --preemptions: such an exploration cannot be divided")
    form = Form.JSON if given.json else Form.PLAIN if given.plain else Form.TEXT
    if form is Form.JSON and command in (Command.HINT, Command.OVERVIEW):
        raise UsageError("--json needs labs to check: python -m checker lab3 --json")
    return Request(
        command=command,
        targets=tuple(targets),
        form=form,
        labs=given.labs,
        schedule=given.schedule,
        seed=given.seed,
        schedules=given.schedules,
        preemptions=given.preemptions,
        jobs=given.jobs,
        seconds=given.seconds,
        cpu_limit_s=given.cpu_limit,
        real_runs=False if given.real_runs == 0 else given.real_runs,
        start_method=given.start_method,
        arguments=tuple(arguments),
    )


def script_words(words: Sequence[str]) -> int:
    """How many of the words ask for a command about a script; 0 where they ask for something else."""
    if words[:1] == [Command.EXPLORE.value]:
        return 1
    return 2 if words[:2] == Command.REPLAY_SCRIPT.value.split() else 0


def split_off_script(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """Splits off what follows the file of a command about a script: it is the script's own, whatever it looks like."""
    words: list[str] = []
    rest = iter(enumerate(argv, start=1))
    for end, text in rest:
        if text == "--" and script_words(words):
            end, text = next(rest, (end, ""))
        elif text in _WITH_VALUE:
            next(rest, None)
            continue
        elif text.startswith("-"):
            continue
        if script_words(words):
            return list(argv[:end]), list(argv[end:])
        words.append(text)
    return list(argv), []


def went_to_script(arguments: Sequence[str]) -> str:
    """What is said where a script's arguments read like options of the checker; "" where they do not."""
    known = {option for action in _parser()._actions for option in action.option_strings if option.startswith("--")}
    meant = dict.fromkeys(word for text in arguments if (word := text.partition("=")[0]) in known)
    return f"{listed(list(meant))} went to the script: the checker's options stand before it" if meant else ""


_WITH_VALUE = frozenset(
    {"--seed", "--schedules", "--seconds", "--cpu-limit", "--real-runs", "--start-method", "--schedule", "--labs"}
    | {"--preemptions", "--jobs"}
)
"""The options that have the next argument as their value."""
_COMMAND_WORDS = {"hint": "hint", "hints": "hint", "replay": "replay", "check": "", "run": "", "explore": "explore"}
_HELP_WORDS = frozenset({"help", "usage"})


def _check_for_commands(words: Sequence[str]) -> None:
    """Raises UsageError where what seem to be labs holds a command, in the wrong place or nearly right."""
    if words[0] in _HELP_WORDS:
        raise UsageError(f"{words[0]!r} is no lab; did you mean: python -m checker --help")
    for index, word in enumerate(words):
        known = word if word in _COMMAND_WORDS else None
        if index == 0 and word.isalpha():  # a command stands first: only there can what is nearly one be meant for it
            known = next(iter(difflib.get_close_matches(word, _COMMAND_WORDS, n=1, cutoff=0.75)), None)
        if known is not None:
            meant = _COMMAND_WORDS[known]
            others = [other for other in words if other != word and other not in _COMMAND_WORDS]
            raise UsageError(f"{word!r} is no lab; did you mean: python -m checker {_meant(meant, others)}")


def _meant(command: str, others: Sequence[str]) -> str:
    """The command with what it takes: a file where there is one, or the first lab."""
    file = next((other for other in others if other.endswith(".py")), None)
    if command == Command.EXPLORE.value:
        return f"{command} {shlex.quote(file) if file else 'FILE'}"
    return f"{command} {shlex.quote(others[0]) if others else 'lab3'}".strip()


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m checker",
        description=_DESCRIPTION,
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        usage="python -m checker [replay | hint] [lab3 ... | all | FILE] [options]\n"
        "       python -m checker [options] [replay] explore FILE [ARGS ...]",
    )
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object for each lab, a line each")
    form.add_argument("--plain", action="store_true", help="one sentence a step, for screen readers")
    parser.add_argument("--seed", type=_whole, metavar="N", help="seed of all that is random (default 0)")
    parser.add_argument("--schedules", type=_positive, metavar="N", help="at most N schedules for each scenario")
    parser.add_argument(
        "--preemptions", type=_whole, metavar="N", help="only schedules with at most N preemptions; proves nothing"
    )
    parser.add_argument(
        "--jobs", type=int, choices=(1, 2), default=1, help="2: two explorers, on two cores, share the schedules (1)"
    )
    parser.add_argument("--seconds", type=_seconds, default=120.0, metavar="S", help="at most S s a scenario (120)")
    parser.add_argument(
        "--cpu-limit", type=_seconds, default=5.0, metavar="S", help="S s of pure computing are an endless loop (5)"
    )
    parser.add_argument("--real-runs", type=_whole, metavar="N", help="N runs that nothing controls; 0: none")
    parser.add_argument(
        "--start-method",
        choices=("fork", "spawn"),
        help="how a script's processes are started, or the workers of a lab",
    )
    parser.add_argument("--schedule", metavar="TEXT", help="with replay: the schedule to replay")
    parser.add_argument("--labs", metavar="DIR", help="the folder of the labs (default: labs/, here or above)")
    version = f"deadlock-lab {__version__} (Python {platform.python_version()})"
    parser.add_argument("--version", action="version", version=version)
    return parser


def _whole(text: str) -> int:
    return _whole_from(0, text)


def _positive(text: str) -> int:
    return _whole_from(1, text)


def _whole_from(least: int, text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < _MAX_DIGITS else None
    if number is None or number < least:
        most = f" to {'9' * (_MAX_DIGITS - 1)}" if text.isdigit() and number is None else ""
        raise argparse.ArgumentTypeError(f"{_cut(text)!r} is not a whole number from {least}{most}")
    return number


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{_cut(text)!r} is not a number of seconds above 0")
    return seconds
