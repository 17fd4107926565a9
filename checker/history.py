"""The state in `.checker/`: for each lab its last result, its last failing schedule and the hints given.

One small JSON file for each lab, replaced whole, so that an interrupted write leaves the old one. What cannot be read
counts as not there; what cannot be written is a remark, never a failure.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from checker.result import Result, Verdict

_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Failing:
    """A failing schedule: the text that a replay takes, what it showed, and the seed and the text it was found with.

    `schedule` is empty where the failure came from a real run. `digest` is that of the file at that time.
    """

    schedule: str
    kind: str
    seed: int
    digest: str


@dataclass(frozen=True, slots=True)
class Record:
    """What is remembered of one lab. `verdict` is None where it was never checked; `hints` counts those shown."""

    verdict: Verdict | None = None
    proved: bool = False
    kind: str | None = None
    digest: str = ""
    failing: Failing | None = None
    hints: int = 0


class History:
    """The records of one folder `.checker/`.

    `note` is None, or one line that says why the last write did not work.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.note: str | None = None

    def read(self, key: str) -> Record:
        """The record of this name; an empty one where there is none or it cannot be read."""
        try:
            return _record(json.loads(self._path(key).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return Record()

    def remember(self, key: str, result: Result, digest: str) -> None:
        """Stores a result. A pass keeps the last failing schedule, so that it can still be replayed."""
        record = self.read(key)
        finding = result.finding
        failing = record.failing
        if finding is not None:
            failing = Failing(finding.schedule, finding.kind.value, result.seed, digest)
        kind = finding.kind.value if finding is not None else None
        self._write(key, Record(result.verdict, result.proved, kind, digest, failing, record.hints))

    def count_hints(self, key: str, hints: int) -> bool:
        """Stores how many hints were shown; says whether that worked."""
        self._write(key, replace(self.read(key), hints=hints))
        return self.note is None

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"

    def _write(self, key: str, record: Record) -> None:
        values = asdict(record) | {"schema": _SCHEMA, "verdict": record.verdict.value if record.verdict else None}
        temporary = ""
        try:
            self._folder.mkdir(exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=self._folder, prefix=f"{key}.", suffix=".new")
            with open(descriptor, "w", encoding="utf-8") as file:
                json.dump(values, file, indent=1)
            os.replace(temporary, self._path(key))
            self.note = None
        except OSError as error:
            self.note = f"{self._folder} cannot be written ({error.strerror}): replay and hints will not remember this"
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise


def key_of(lab: str, file: Path, *, is_own: bool) -> str:
    """The name of a file's record: the lab's own for the file in labs/, else with a mark of its absolute path."""
    if is_own:
        return lab
    mark = hashlib.sha256(os.fsencode(file.absolute())).hexdigest()[:8]
    return f"{lab}-{mark}"


def digest_of(file: Path) -> str:
    """A digest of the file's bytes; "" where it cannot be read, or is none (a pipe or a device may have no end)."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()[:16] if file.is_file() else ""
    except OSError:
        return ""


def _record(values: dict[str, object]) -> Record:
    """Raises ValueError, TypeError or KeyError for anything that `_write` does not write."""
    if values["schema"] != _SCHEMA:
        raise ValueError("another schema")
    verdict, kind, hints = values["verdict"], values["kind"], values["hints"]
    failing = values["failing"]
    if not isinstance(hints, int) or hints < 0 or not isinstance(kind, str | None):
        raise TypeError("a field of another type")
    return Record(
        Verdict(verdict) if verdict is not None else None,
        values["proved"] is True,
        kind,
        str(values["digest"]),
        _failing(failing) if isinstance(failing, dict) else None,
        hints,
    )


def _failing(values: dict[str, object]) -> Failing:
    schedule, kind, seed, digest = values["schedule"], values["kind"], values["seed"], values["digest"]
    if not (isinstance(schedule, str) and isinstance(kind, str) and isinstance(seed, int) and isinstance(digest, str)):
        raise TypeError("a field of another type")
    return Failing(schedule, kind, seed, digest)
