"""The paper that reports are set on: 80 columns, an encoding, colour or none; wrapping, and control characters shown.

Widths are counted in columns of a terminal: an East Asian wide character takes two, a combining one none.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

WIDTH = 80
_ASCII = {"✓": "+", "✗": "x", "·": "-", "…": "...", "–": "-", "—": "-", "’": "'", "“": '"', "”": '"'}  # noqa: RUF001
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_COLOURS = {"red": 31, "green": 32, "yellow": 33}


@dataclass(frozen=True, slots=True)
class Paper:
    """Where a report goes: the encoding that its characters must survive, and whether colour is wanted there."""

    encoding: str = "utf-8"
    colour: bool = False

    def visible(self, text: str) -> str:
        """The same text with control and invisible characters, and those the encoding lacks, as escapes.

        Newlines stay; tabs become four spaces.
        """
        return "".join(self._visible(char) for char in text.replace("\r\n", "\n").replace("\t", "    "))

    def _visible(self, char: str) -> str:
        if " " <= char <= "~" or char == "\n":
            return char
        if unicodedata.category(char) in _HIDDEN:
            return _escape(char)
        try:
            char.encode(self.encoding)
        except (UnicodeError, LookupError):
            return _ASCII.get(char) or _escape(char)
        return char

    def coloured(self, text: str, colour: str) -> str:
        """The text in a colour, where colour is wanted; widths must be counted before."""
        return f"\x1b[{_COLOURS[colour]};1m{text}\x1b[0m" if self.colour else text


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def pad(text: str, width: int) -> str:
    """The text with spaces behind it up to `width` columns."""
    return text + " " * (width - columns(text))


def cut(text: str, width: int, dots: str = "…") -> str:
    """The text, cut to `width` columns with dots at its end if it is longer."""
    if columns(text) <= width:
        return text
    kept = ""
    for char in text:
        if columns(kept + char) + columns(dots) > width:
            break
        kept += char
    return kept + dots


def wrap(text: str, first: str = "", rest: str | None = None, width: int = WIDTH) -> list[str]:
    """Lines of at most `width` columns, the first one behind `first`, the others behind `rest` (blanks as wide as it).

    A single word that is longer stays whole, on a line of its own behind `rest`. Blanks are folded to one.
    """
    rest = " " * columns(first) if rest is None else rest
    lines: list[str] = []
    line, empty = first, True
    for word in text.split():
        blank = "" if empty else " "
        if columns(line) + len(blank) + columns(word) <= width or (empty and line == rest):
            line, empty = line + blank + word, False
            continue
        if line.strip():
            lines.append(line.rstrip())
        line, empty = rest + word, False
    lines.append(line.rstrip())
    return lines


def block(text: str, indent: str, width: int = WIDTH, dots: str = "…") -> list[str]:
    """Lines of preformatted text behind `indent`: each keeps its own leading blanks, and is wrapped if too long.

    So it keeps the bars in front of an exception that is one of a group.
    A line with a row of carets under it is not wrapped but cut round the carets, so that they keep pointing.
    """
    source = text.rstrip("\n").split("\n")
    room = width - columns(indent)
    lines: list[str] = []
    for index, line in enumerate(source):
        if _points(line):
            continue
        carets = source[index + 1] if index + 1 < len(source) and _points(source[index + 1]) else None
        if carets is not None:
            lines.extend((indent + part).rstrip() for part in _window(line, carets, room, dots))
        elif columns(line) <= room:
            lines.append((indent + line).rstrip())
        else:
            lead = line[: len(line) - len(line.lstrip(" |"))][: room // 2]
            lines.extend(wrap(line.lstrip(" |"), indent + lead, indent + lead, width))
    return lines


def _points(line: str) -> bool:
    return "^" in line and not line.strip(" ^~")


def _window(line: str, carets: str, room: int, dots: str) -> tuple[str, str]:
    """The part of a line round the carets below it, with dots where it is cut, and these."""
    if max(len(carets.rstrip()), columns(line)) <= room:
        return line, carets
    start = max(0, min(carets.index("^") - room // 2, len(line) - room))
    kept, below = line[start : start + room], carets[start : start + room]
    while columns(kept) > room:
        kept = kept[:-1]
    if start:
        kept, below = dots + kept[len(dots) :], " " * len(dots) + below[len(dots) :]
    if start + len(kept) < len(line):
        kept = kept[: -len(dots)] + dots
    return kept, below
