"""Keeps a script's files apart: it runs in an empty folder of its own, in each run again. Runs in a worker process.

It may read any file by its full path. What it looks for by a relative one, and would find where the checker was called,
is refused, and so is what it changes outside of its folder, where the next run would find it.
"""

from __future__ import annotations

import os
from stat import S_ISDIR
from typing import Any

from checker.controlled.conversation import refuse

_lstat, _getcwd, _fspath = os.lstat, os.getcwd, os.fspath
_TEMPORARY = os.path.realpath(os.environ.get("TMPDIR", "/tmp"))  # not from `tempfile`, which may be asking itself


class _State:
    """The folder that the program runs in, and the one that the checker was called in; "" where nothing is asked."""

    own = ""
    home = ""
    made: list[str] = []  # noqa: RUF012 - one for the process, fresh for each task


def begin(own: str, home: str | None) -> None:
    """Takes the folders of the next task; without `home` it may do as it likes."""
    _State.own = own
    _State.home = home or ""
    _State.made = []


def looking_for(path: Any) -> None:
    """The program looks for a file."""
    text = _text(path)
    if not _State.home or text is None:
        return
    if os.path.isabs(text):  # a full path, but made of the folder that the program believes to be in
        if not text.startswith(f"{_State.own}/"):
            return
        wanted = text[len(_State.own) + 1 :]
    else:
        wanted = text
    if wanted in ("", ".") or (not _is_there(text) and _is_there(os.path.join(_State.home, wanted))):
        refuse(
            "uncontrolled",
            f"reading {wanted or '.'!r} is not controlled: a script runs in an empty folder, again and again, so take "
            "the full path (Path(__file__).parent, say)",
        )


def writing(path: Any, *, is_new: bool) -> None:
    """The program opens a file to write; a folder is none, but where an opener of its own, or the system, makes one."""
    text = _text(path)
    if text is not None and not _is_folder(text):
        changing(text, is_new=is_new)


def changing(path: Any, *, is_new: bool = False) -> None:
    """The program changes a file, or makes one; `is_new`: only if it was not there before.

    What it makes anew among the temporary files of the system is its own.
    """
    text = _text(path)
    if not _State.home or text is None or text == ":memory:":
        return
    whole = os.path.realpath(os.path.join(_getcwd(), text))
    if any(f"{whole}/".startswith(f"{own}/") for own in (os.path.realpath(_State.own), *_State.made)):
        return
    if is_new and whole.startswith(f"{_TEMPORARY}/"):
        _State.made.append(whole)
    else:
        refuse("uncontrolled", f"changing {text!r} is not controlled: the script runs again, and would find it so")


def _is_there(path: str) -> bool:
    try:
        _lstat(path)
    except (OSError, ValueError):
        return False
    return True


def _is_folder(path: str) -> bool:
    try:
        return S_ISDIR(_lstat(path).st_mode)
    except (OSError, ValueError):
        return False


def _text(path: Any) -> str | None:
    """The path as a text; None for what is none, a descriptor say."""
    try:
        found = _fspath(path)
    except TypeError:
        return None
    return os.fsdecode(found)
