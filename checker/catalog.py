"""Finds the labs: the folder, the file that a word like "lab3" means, and the spec that goes with a file."""

from __future__ import annotations

import difflib
import importlib
import os
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from checker.errors import UsageError
from checker.spec import Spec

_LAB_FILE = re.compile(r"lab(\d+)_\w+\.py")
_TO_EXPLORE = "; a script of your own is explored: python -m checker explore FILE"
_OWN_ROOT = Path(__file__).resolve().parent.parent
_SPECS = Path(__file__).resolve().parent / "specs"


@dataclass(frozen=True, slots=True)
class Lab:
    """A file to check.

    `key` is the name of its spec, `file` its path as a person here would write it, `is_own` whether it is a file of the
    labs folder (and not a path from elsewhere, a solution say).
    """

    key: str
    file: Path
    is_own: bool

    @property
    def number(self) -> int:
        """The number in the key."""
        return _number(self.key)


def find_folder(start: Path, given: str | None) -> Path:
    """The folder labs/: the one that was `given`, else the nearest from `start` upwards, else the checker's own.

    Raises:
        UsageError: there is none.
    """
    if given is not None:
        folder = Path(given)
        if not folder.is_dir():
            raise UsageError(f"--labs {given}: there is no such folder")
        return folder
    for parent in (start, *start.parents, _OWN_ROOT):
        folder = parent / "labs"
        if folder.is_dir() and labs_in(folder):
            return folder
    raise UsageError(
        f"there is no folder labs/ with labs in it in {start} or above: "
        "go to the folder that holds labs/, or say where it is with --labs DIR"
    )


def labs_in(folder: Path) -> tuple[Lab, ...]:
    """All labs of a folder, in the order of their numbers."""
    try:
        names = [entry.name for entry in folder.iterdir() if _LAB_FILE.fullmatch(entry.name)]
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error.strerror}") from None
    labs = (Lab(name.removesuffix(".py"), _as_written(folder / name), is_own=True) for name in names)
    return tuple(sorted(labs, key=lambda lab: (lab.number, lab.key)))


def resolve(word: str, folder: Path) -> tuple[Lab, ...]:
    """What a word of the command line means: "all", "lab3", "lab03", "3", a full name, or the path of a file.

    Raises:
        UsageError: it means nothing, or several labs; with suggestions.
    """
    labs = labs_in(folder)
    if word == "all":
        if not labs:
            raise UsageError(f"there are no labs in {folder}")
        return labs
    try:
        if _is_path(word) or (word.endswith(".py") and Path(word).is_file()):
            return (_from_path(Path(word), folder),)
    except OSError as error:
        raise UsageError(f"{word[:60]}: no such file can be: {error.strerror}") from None
    name = word.strip().lower().removesuffix(".py")
    found = [lab for lab in labs if lab.key.lower() == name]
    number = _lab_number(name)
    if not found:
        found = [lab for lab in labs if lab.number == number]
    if not found:
        missing = [key for key in spec_names() if key == name or _number(key) == number]
        if missing:
            raise UsageError(f"{_as_written(folder / missing[0])}.py is not there: put it back, with git checkout say")
    if len(found) > 1:
        names = ", ".join(lab.key for lab in found)
        raise UsageError(f"{word} can mean several labs: {names}; give the full name")
    if found:
        return tuple(found)
    if name == "lab" and labs:
        raise UsageError(f"{word!r} needs its number behind it, without a blank, as in lab{labs[0].number}")
    if word.endswith(".py") and not name.startswith("lab"):
        raise UsageError(f"there is no file {word}{_alike(word, _neighbours(Path(word)))}{_TO_EXPLORE}")
    raise UsageError(f"there is no lab {word!r} in {folder}{_suggestions_for_lab(name, labs)}")


def is_script(word: str) -> bool:
    """Whether the word is the path of a file that belongs to no lab."""
    path = Path(word)
    try:
        return path.is_file() and not {path.stem, path.absolute().parent.name} & set(spec_names())
    except OSError:
        return False


def demand_script(word: str) -> None:
    """Sees to it that there is a file of that path, to explore it; does not read it yet.

    Raises:
        UsageError: there is none, with suggestions, or none that can be read, and read again.
    """
    path = Path(word)
    try:
        if path.is_dir():
            raise UsageError(f"{word} is a folder: give the path of one Python file")
        if path.is_file() and not os.access(path, os.R_OK):
            raise UsageError(f"{word} cannot be read: Permission denied")
        if path.is_file():
            return
        if path.exists():
            raise UsageError(f"{word} is a pipe or a device: give the path of a file, to be read more than once")
    except OSError as error:
        raise UsageError(f"{word[:60]}: no such file can be: {error.strerror}") from None
    if word in spec_names() or _lab_number(word) in [_number(name) for name in spec_names()]:
        raise UsageError(f"there is no file {word}; a lab is checked without explore: python -m checker {word}")
    raise UsageError(f"there is no file {word}{_alike(word, _neighbours(path))}")


def load_spec(key: str) -> Spec:
    """The spec of this name.

    Raises:
        UsageError: there is none.
    """
    if key not in spec_names():
        raise UsageError(f"no spec is called {key}{_suggestions(key, spec_names())}")
    spec = importlib.import_module(f"checker.specs.{key}").SPEC
    assert isinstance(spec, Spec)
    return spec


def spec_names() -> list[str]:
    """The names of all specs, sorted."""
    return sorted(path.stem for path in _SPECS.glob("lab*.py") if _LAB_FILE.fullmatch(path.name))


def _from_path(path: Path, folder: Path) -> Lab:
    """The lab of a path: its spec is found by its name, or by its folder's (a folder of submissions to one lab)."""
    if not path.exists():
        number = _lab_number(path.stem.lower())
        same = [name for name in _neighbours(path) if number == _number(Path(name).stem)]
        alike = _suggestions(str(path), _neighbours(path)) if number is None else _there_are(labs_in(folder))
        alike = f"; did you mean {' or '.join(same)}?" if same else alike
        raise UsageError(f"there is no file {path}{alike}")
    if not path.is_file():
        raise UsageError(f"{path} is not a file: give the path of one lab's .py file, or a lab like lab3")
    names = spec_names()
    key = next((name for name in (path.stem, path.absolute().parent.name) if name in names), None)
    if key is None:
        raise UsageError(
            f"{path}: no lab has this name, and a file is checked by its name{_alike(path.stem, names)}; "
            f"to explore a script of your own: python -m checker explore {shlex.quote(str(path))}"
        )
    is_own = path.stem == key and _same(path.absolute().parent, folder)
    return Lab(key, path, is_own)


def _is_path(word: str) -> bool:
    return "/" in word or os.sep in word or (os.altsep is not None and os.altsep in word)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _as_written(path: Path) -> Path:
    """Relative to the current folder if the file is below it."""
    try:
        return path.absolute().relative_to(Path.cwd())
    except ValueError:
        return path


def _lab_number(word: str) -> int | None:
    """The number of "lab3", "lab03", "lab 3" or "3"; None where it is none of these."""
    match = re.fullmatch(r"(?:lab[ _-]?)?(\d{1,9})", word)
    return int(match[1]) if match else None


def _number(key: str) -> int:
    match = re.match(r"lab(\d+)", key)
    return int(match[1]) if match else 0


def _neighbours(path: Path) -> list[str]:
    return [str(neighbour) for neighbour in path.parent.glob("*.py")] if path.parent.is_dir() else []


def _suggestions_for_lab(word: str, labs: tuple[Lab, ...]) -> str:
    """Full names like the word, or short ones where the word is short: "lab3" for "lba3", or for "lab33"."""
    if re.fullmatch(r"[a-z _-]{0,5}\d{1,3}", word):
        short = [f"lab{lab.number}" for lab in labs]
        close = difflib.get_close_matches(word, short, n=3, cutoff=0.7)
        same_digits = [name for name in close if sorted(name) == sorted(word)]
        # Another number of as many digits is no slip of the finger: it is a lab that there is not.
        if same_digits or _lab_number(word) is None or any(_digits(name) in _digits(word) for name in close):
            return f"; did you mean {' or '.join(same_digits or close)}?" if close else _suggestions(word, short)
        return _there_are(labs)
    return _suggestions(word, [lab.key for lab in labs])


def _digits(word: str) -> str:
    return "".join(filter(str.isdigit, word))


def _there_are(labs: Sequence[Lab]) -> str:
    """Which labs there are, as the end of a message; "" where there are none."""
    numbers = sorted({lab.number for lab in labs})
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"; there are lab{numbers[0]} to lab{numbers[-1]}"
    are = "are" if len(numbers) > 1 else "is"
    return f"; there {are} {', '.join(f'lab{number}' for number in numbers)}" if numbers else ""


def _suggestions(word: str, names: list[str]) -> str:
    """Names like the word, as the end of a message; where there are none, how to see them all."""
    return _alike(word, names) or "; `python -m checker` lists the labs"


def _alike(word: str, names: list[str]) -> str:
    """The names that look like the word, or contain it, as the end of a message; "" where there are none."""
    inside = [name for name in names if len(word) > 2 and word in name]
    close = list(dict.fromkeys([*inside, *difflib.get_close_matches(word, names, n=3, cutoff=0.5)]))[:3]
    return f"; did you mean {' or '.join(close)}?" if close else ""
