"""Finds targets that are called where they should be given: `Process(target=work(1))` runs `work` in main, once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from checker.analysis.sources import nodes_of

_MOST_CHARS = 60

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class CalledTarget(NamedTuple):
    """A process that is made with nothing to run: on which line, and what is wrong there, in words."""

    line: int
    told: str


@lru_cache(maxsize=8)
def called_targets(source: str) -> tuple[CalledTarget, ...]:
    """Of the text of a program; only where the function that is called cannot return another one to be the target."""
    nodes = nodes_of(source)
    functions = [node for node in nodes if isinstance(node, _FUNCTIONS)]
    give_nothing = {node.name for node in functions} - {node.name for node in functions if not _gives_nothing(node)}
    found = []
    for node in nodes:
        target = _target(node)
        if isinstance(target, ast.Call) and isinstance(target.func, ast.Name) and target.func.id in give_nothing:
            found.append(CalledTarget(target.lineno, _told(target, target.func.id)))
    return tuple(found)


def _target(node: ast.AST) -> ast.expr | None:
    """What a call of Process gives as the target; None where it gives none, or the node is something else."""
    if not isinstance(node, ast.Call):
        return None
    match node.func:
        case ast.Name(id="Process") | ast.Attribute(attr="Process"):
            given = [keyword.value for keyword in node.keywords if keyword.arg == "target"] or node.args[1:2]
            return given[0] if given else None
    return None


def _gives_nothing(function: _Function) -> bool:
    """Whether a call of it is None, whatever happens."""
    if function.decorator_list or isinstance(function, ast.AsyncFunctionDef):
        return False
    return not any(
        isinstance(node, (ast.Yield, ast.YieldFrom)) or (isinstance(node, ast.Return) and node.value is not None)
        for node in _own_nodes(function)
    )


def _own_nodes(function: _Function) -> Iterator[ast.AST]:
    """All within a function but what belongs to one inside of it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (*_FUNCTIONS, ast.Lambda, ast.ClassDef)):
            waiting += ast.iter_child_nodes(node)


def _told(call: ast.Call, name: str) -> str:
    given = ", ".join(map(ast.unparse, call.args)) + "," * (len(call.args) == 1)
    named = ", ".join(f"{keyword.arg!r}: {ast.unparse(keyword.value)}" for keyword in call.keywords if keyword.arg)
    better = f"target={name}" + f", args=({given})" * bool(call.args) + f", kwargs={{{named}}}" * bool(named)
    return (
        f"`target={_cut(ast.unparse(call))}` (line {call.lineno}) calls {name} where it stands, and the process has "
        f"nothing to run; `{_cut(better)}` has the process call it"
    )


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARS else f"{text[: _MOST_CHARS - 1]}…"
