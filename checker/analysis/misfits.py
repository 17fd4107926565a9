"""Finds where a process is started with other arguments than its function takes: its traceback names no line."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import NamedTuple

from checker.analysis.exceptions import headline, last_line
from checker.analysis.sources import nodes_of

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
    nodes = nodes_of(source)
    functions = [n for n in nodes if isinstance(n, ast.FunctionDef) and n.name == said[1]]
    calls = [n for n in nodes if isinstance(n, ast.Call) and _starts(n, said[1])]
    if len(functions) != 1:
        is_sure = len(calls) == sum(isinstance(n, ast.expr) and _name(n) == said[1] for n in nodes) == 1
        return Misfit(calls[0].lineno, f"line {calls[0].lineno} starts it") if is_sure else None
    if not calls and said[1] != "run":  # of a class of processes; else it was not the start that called it
        return None
    function = functions[0]
    if function.decorator_list:  # what it takes is not what stands there
        return None
    takes = f"`{_cut(f'def {function.name}({ast.unparse(function.args)})')}` (line {function.lineno}) takes"
    if len(calls) != 1 or _may_fit(calls[0], function, nodes):
        return Misfit(function.lineno, f"it was started with other arguments than {takes}")
    given = f"`{_cut(ast.unparse(calls[0]))}` (line {calls[0].lineno})"
    return Misfit(calls[0].lineno, f"{given} gives it other arguments than {takes}")


def _may_fit(call: ast.Call, function: ast.FunctionDef, nodes: Sequence[ast.AST]) -> bool:
    """Whether the function may take what the call gives it, which is not always to be seen there."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    positional = given.get("args", call.args[3] if len(call.args) > 3 else ast.Tuple([]))
    named = given.get("kwargs", call.args[4] if len(call.args) > 4 else ast.Dict([], []))
    if None in given or not isinstance(positional, ast.Tuple | ast.List) or not isinstance(named, ast.Dict):
        return True
    if any(isinstance(one, ast.Starred) for one in (*call.args, *positional.elts)):
        return True
    names = [k.value for k in named.keys if isinstance(k, ast.Constant) and isinstance(k.value, str)]
    if len(names) < len(named.keys):
        return True
    methods = [n for cls in nodes if isinstance(cls, ast.ClassDef) for n in cls.body if n is function]
    counts = [len(positional.elts)] if not methods else [len(positional.elts), len(positional.elts) + 1]
    return any(_takes(function.args, count, names) for count in counts)  # a method may be bound to its object


def _takes(arguments: ast.arguments, count: int, names: list[str]) -> bool:
    """Whether one can call a function so, with `count` positional arguments and these names."""
    places = [arg.arg for arg in (*arguments.posonlyargs, *arguments.args)]
    by_name = {arg.arg for arg in arguments.args} | {arg.arg for arg in arguments.kwonlyargs}
    filled = {*places[:count], *names}
    optional = len(arguments.defaults)
    needed = {*(places[:-optional] if optional else places)}
    needed |= {a.arg for a, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value is None}
    too_many = count > len(places) and arguments.vararg is None
    unknown = arguments.kwarg is None and not by_name.issuperset(names)
    return not too_many and not unknown and needed <= filled and by_name.isdisjoint({*places[:count]} & {*names})


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
