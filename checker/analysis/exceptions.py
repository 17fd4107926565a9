"""Reads the text of a traceback: which exception it ends with, and in which line of the program."""

from __future__ import annotations

import re

HEADER = "Traceback (most recent call last):"
NO_GUARD = 'no `if __name__ == "__main__":` guard'
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


def last_line(traceback: str) -> int | None:
    """The line of the innermost frame in the program's own file, which is the one that the traceback begins in."""
    frames = re.findall(r'^  File "(.+)", line (\d{1,9}), in ', traceback[traceback.rfind(HEADER) :], re.MULTILINE)
    own = [int(line) for file, line in frames if file == frames[0][0]]
    return own[-1] if own else None
