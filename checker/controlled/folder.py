"""Keeps a script's files apart: it runs in an empty folder of its own, in each run again. Runs in a worker process.

It may read any file by its full path. What it looks for by a relative one, and would find where the checker was called,
is refused, and so is what it changes outside of its folder, where the next run would find it. What `tempfile` makes is
in a folder beside it, which is emptied after each run too, and has the same name in each run.
"""

from __future__ import annotations

import os
import random
import re
import tempfile
from stat import S_ISDIR
from typing import Any

from checker.controlled.conversation import refuse

_lstat, _getcwd, _fspath = os.lstat, os.getcwd, os.fspath


_OF_PROCESSES = re.compile(r"/proc/(\d+(/|$)|(thread-)?self(/?$|/(stat|status|task|children)(/|$)))")


class _State:
    """The folders that the program may change, and the one that the checker was called in; "" where none is asked."""

    own = ""
    temporary = ""
    home = ""


def begin(own: str, temporary: str, home: str | None) -> None:
    """Takes the folders of the next task; without `home` it may do as it likes."""
    _State.own = own
    _State.temporary = temporary
    _State.home = home or ""
    tempfile.tempdir = None
    tempfile._name_sequence = None  # type: ignore[attr-defined]


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


def looking_at_process(path: Any, *, lists: bool) -> None:
    """The program looks for a file, or `lists` a folder: processes have the numbers there that they have for real."""
    text = _text(path)
    if text is not None and (_OF_PROCESSES.match(text) or (lists and text.rstrip("/") == "/proc")):
        refuse("uncontrolled", f"reading {text!r} is not controlled: a process has another number here than for real")


def writing(path: Any) -> None:
    """The program opens a file to write; a folder is none, but where an opener of its own, or the system, makes one."""
    text = _text(path)
    if text is not None and not _is_folder(text):
        changing(text)


def changing(path: Any) -> None:
    """The program changes a file, or makes one."""
    text = _text(path)
    if not _State.home or text is None or text == ":memory:":
        return
    whole = os.path.realpath(os.path.join(_getcwd(), text))
    if any(f"{whole}/".startswith(f"{os.path.realpath(own)}/") for own in (_State.own, _State.temporary)):
        return
    refuse(
        "uncontrolled",
        f"changing {text!r} is not controlled: the script runs again, and would find it so (what it makes by a "
        "relative path, or by tempfile, is its own)",
    )


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


def _draws_of_names() -> random.Random:
    """Where `tempfile` draws names from: the same in each run, others in each process."""
    return random.Random(f"names of {os.getpid()}")


PATCHES: list[tuple[Any, str, Any]] = [(tempfile, "_Random", _draws_of_names)]
