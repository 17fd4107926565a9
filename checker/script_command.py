"""What the commands about scripts do: explore one and remember what failed, or run that again."""

from __future__ import annotations

import hashlib
import os
import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from checker.check import NO_FIT, changed_meanwhile
from checker.errors import UsageError
from checker.history import History, digest_of
from checker.options import Options
from checker.result import Result
from checker.script import Script, explore, replay


def explored(script: Script, options: Options, history: History, progress: Callable[[str], None]) -> Result:
    """Explores a script and remembers the result."""
    digest = digest_of(script.file)
    result = explore(script, options, progress)
    if digest_of(script.file) != digest:
        result = changed_meanwhile(result)
    history.remember(_key(script), result, digest)
    return result


def replayed(script: Script, schedule: str | None, options: Callable[[int], Options], history: History) -> Result:
    """Runs a failing schedule of a script again: the one that is given, or the last one.

    Args:
        options: makes the options from the seed that the schedule was found with.

    Raises:
        UsageError: there is no such file, none that failed, or no such schedule.
    """
    if not script.file.exists():
        raise UsageError(f"there is no file {script.file}")
    failing = history.read(_key(script)).failing
    changed = False
    if schedule is None:
        if failing is None or not failing.schedule:
            words = shlex.join((str(script.file), *script.arguments))
            raise UsageError(
                f"nothing to replay: no exploration of {words} has failed yet; run python -m checker explore {words}"
            )
        schedule, changed = failing.schedule, failing.digest != digest_of(script.file)
    result = replay(script, schedule, options(failing.seed if failing is not None else 0))
    if changed and result.message == NO_FIT:
        return replace(result, message="the file has changed since; explore it again")
    if changed:
        note = f"{script.file} has changed since this schedule was found"
        return replace(result, notes=(note, *result.notes))
    return result


def _key(script: Script) -> str:
    """The name of a script's record: it is another one with other arguments."""
    told = [os.fsencode(script.file.absolute()), *map(os.fsencode, script.arguments)]
    mark = hashlib.sha256(b"\0".join(told)).hexdigest()[:12]
    stem = "".join(c if c.isalnum() and c.isascii() else "_" for c in Path(script.file).stem)[:40]
    return f"script-{stem}-{mark}"
