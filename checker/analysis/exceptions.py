"""Reads the text of a traceback: which exception it ends with, and in which line of the program."""

from __future__ import annotations

import re
from collections import Counter

HEADER = "Traceback (most recent call last):"
NO_GUARD = 'no `if __name__ == "__main__":` guard'
_MOST_TOLD = 3
_FRAME = re.compile(r' +File "(.+)", line (\d{1,9}), in ')
_EXCEPTION = re.compile(r"(?:\w+\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Empty|Full)(?:: .*)?$")
_BOOTSTRAPPING = "An attempt has been made to start a new process before the"


def headline(traceback: str) -> str:
    """The exception at the end of a traceback: its type and the first line of its message that is not empty.

    Multiprocessing's long message to those who forgot the main guard is said in a few words.
    """
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
    """The line of the innermost frame in the program's own file, which is the one that the traceback begins in."""
    frames = re.findall(r'^  File "(.+)", line (\d{1,9}), in ', traceback[traceback.rfind(HEADER) :], re.MULTILINE)
    own = [int(line) for file, line in frames if file == frames[0][0]]
    return own[-1] if own else None
