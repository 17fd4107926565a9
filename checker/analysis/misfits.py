"""Finds where a process is started with other arguments than its function takes: its traceback names no line."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from checker.analysis.exceptions import headline, last_line

_MISFIT = re.compile(r"TypeError: (?:[\w<>]+\.)*(\w+)\(\) (missing|takes|got (an|some|multiple))\b")
_MOST_CHARS = 60


class Misfit(NamedTuple):
    """Where to look first, and what is wrong there, in words."""

    line: int
    told: str


def misfit(traceback: str | None, source: str) -> Misfit | None:
    """The call of Process whose arguments do not fit; the function, where several processes are made of it."""
    said = _MISFIT.match(headline(traceback or ""))
    if said is None or last_line(traceback or "") is not None:
        return None
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    nodes = list(ast.walk(tree))
    functions = [n for n in nodes if isinstance(n, ast.FunctionDef) and n.name == said[1]]
    calls = [n for n in nodes if isinstance(n, ast.Call) and _starts(n, said[1])]
    if len(functions) != 1:
        return Misfit(calls[0].lineno, f"line {calls[0].lineno} starts it") if len(calls) == 1 else None
    if not calls and said[1] != "run":  # of a class of processes; else it was not the start that called it
        return None
    function = functions[0]
    takes = f"`{_cut(f'def {function.name}({ast.unparse(function.args)})')}` (line {function.lineno}) takes"
    if len(calls) != 1:
        return Misfit(function.lineno, f"it was started with other arguments than {takes}")
    given = f"`{_cut(ast.unparse(calls[0]))}` (line {calls[0].lineno})"
    return Misfit(calls[0].lineno, f"{given} gives it other arguments than {takes}")


def _starts(call: ast.Call, name: str) -> bool:
    """Whether the call makes a process that runs the function of this name."""
    if not _name(call.func).endswith("Process"):
        return False
    targets = [keyword.value for keyword in call.keywords if keyword.arg == "target"] or call.args[1:2]
    return any(_name(target) == name for target in targets)


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARS else f"{text[: _MOST_CHARS - 1]}…"
