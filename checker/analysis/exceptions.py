"""Reads the text of a traceback: which exception it ends with, and in which line of the program."""

from __future__ import annotations

import re
from collections import Counter

HEADER = "Traceback (most recent call last):"
NO_GUARD = 'no `if __name__ == "__main__":` guard'
_MOST_TOLD = 3
_BEGIN = re.compile(rf"^ *(?P<group>\+ Exception Group )?{re.escape(HEADER)}$", re.MULTILINE)
_OWN_FRAME = re.compile(r'^  File "(.+)", line (\d{1,9}), in ', re.MULTILINE)
_FRAME = re.compile(r' +File "(.+)", line (\d{1,9}), in ')
_EXCEPTION = re.compile(r"(?:\w+\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Empty|Full)(?:: .*)?$")
_BOOTSTRAPPING = "An attempt has been made to start a new process before the"


def headline(traceback: str) -> str:
    """The exception at the end of a traceback: its type and the first line of its message that is not empty.

    Of a group, its own and that of the first one in it. Multiprocessing's long message to those who forgot the main
    guard is said in a few words.
    """
    return ", of which the first is ".join(map(_headline, _levels(traceback)))


def _headline(traceback: str) -> str:
    text = traceback.strip()
    lines = text[text.rfind(HEADER) :].split("\n") if HEADER in text else text.split("\n")
    start = next((n for n, line in enumerate(lines) if n and line and not line.startswith((" ", "\t"))), None)
    if start is None:
        return lines[-1].strip()
    first = lines[start].strip()
    if not first.endswith(":") or " " in first:
        return first
    message = next((line.strip() for line in lines[start + 1 :] if line.strip()), "")
    return f"{first} {NO_GUARD if message.startswith(_BOOTSTRAPPING) else message}".rstrip(": ")


def _levels(traceback: str) -> list[str]:
    """The traceback itself; or of a group its own, then that of the first exception in it, and so on."""
    begins = list(_BEGIN.finditer(traceback))
    if not begins or not begins[-1]["group"]:
        return [traceback]
    lines = traceback[begins[-1].end() :].split("\n")
    levels: list[str] = []
    while lines:
        own = [line[4:] for line in lines if line.startswith("  | ")]
        levels.append("\n".join([*([] if any(HEADER in line for line in own) else [HEADER]), *own]))
        first = next((n for n, line in enumerate(lines) if line.startswith("  +-+-")), len(lines))
        inner = [line[2:] for line in lines[first + 1 :]]
        lines = inner[: next((n for n, line in enumerate(inner) if line.startswith("  +--")), len(inner))]
    return levels


def exceptions_told(text: str, file: str) -> tuple[str, int | None]:
    """What several processes have said on stderr: each exception once, with its line in `file`, and how often it came.

    Their tracebacks may lie in each other: a frame belongs to the next exception.

    Returns:
        The sentences, "" if there are none, and the line of the most frequent one.
    """
    seen: Counter[tuple[str, int | None]] = Counter()
    line: int | None = None
    for said in text.splitlines():
        frame = _FRAME.match(said)
        if frame and frame[1] == file:
            line = int(frame[2])
        elif _EXCEPTION.match(said):
            seen[said.strip(), line] += 1
            line = None
    told = [
        said + (f" (line {line})" if line is not None else "") + (f", {count} times" if count > 1 else "")
        for (said, line), count in seen.most_common(_MOST_TOLD)
    ]
    return "; ".join(told), next((line for (_, line), _ in seen.most_common() if line is not None), None)


def last_line(traceback: str) -> int | None:
    """The line of the innermost frame in the program's own file, which is the one that the traceback begins in.

    Of a group, that of the first exception in it which has one.
    """
    own = own_lines(traceback)
    return own[-1] if own else None


def own_lines(traceback: str) -> list[int]:
    """The lines of all frames in the program's own file, the innermost last; of a group, those of its parts too."""
    levels = [_OWN_FRAME.findall(text[text.rfind(HEADER) :]) for text in _levels(traceback)]
    file = next((file for frames in levels for file, _ in frames), None)
    return [int(line) for frames in levels for found, line in frames if found == file]
