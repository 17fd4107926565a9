"""Finds what an assertion rests on: the lines of the source that make what it compares, and the steps done there.

A slice after M. Weiser, "Program Slicing", ICSE 1981, by names alone and within a function; what it calls is part of it
as a whole. It may hold more than it needs, never what has nothing to do with the assertion's names.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from checker.analysis.sources import nodes_of, tree_of
from checker.trace import Trace

_Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef
_HEADS = ast.Try | ast.TryStar | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def rests_on(trace: Trace, source: str, task: str, frames: Sequence[int], until: int | None) -> frozenset[int]:
    """The steps of the task, by number, among the first `until`, that were done in what its failure rests on.

    Args:
        trace: the schedule.
        source: the text of the program.
        task: the one that failed.
        frames: the lines that its frames were in.
        until: None for all steps.
    """
    lines = _lines(source, frames)
    return frozenset(
        number for number, step in enumerate(trace.steps[:until]) if step.task == task and step.op.line in lines
    )


def _lines(source: str, frames: Sequence[int]) -> set[int]:
    tree = tree_of(source)
    functions = {node.name: node for node in nodes_of(source) if isinstance(node, ast.FunctionDef)}
    found: set[int] = set()
    for line in frames:
        scope: _Scope = tree
        for node in nodes_of(source):  # the outer ones first
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_at(node, line):
                scope = node
        found |= _slice(scope, line, functions)
    return found


def _slice(scope: _Scope, line: int, functions: dict[str, ast.FunctionDef]) -> set[int]:
    heads = _heads(scope.body)
    made = {one: _made(one) for one in heads}
    chosen = {one for one in heads if any(_is_at(part, line) for part in _parts(one))}
    parts: list[ast.AST] = []
    names: set[str] = set()
    more = chosen
    while more:
        while more:  # what stands under a condition rests on that, too
            more = {head for one in more if (head := heads[one]) is not None} - chosen
            chosen |= more
        parts = [part for one in chosen for part in _parts(one)]
        names = {name for part in parts for node in ast.walk(part) for name in _used(node)}
        more = {one for one in heads if not names.isdisjoint(made[one])} - chosen
        chosen |= more
    parts += [functions[called] for name in names if (called := name.removeprefix(".")) in functions]
    spans = ((getattr(part, "lineno", 0), getattr(part, "end_lineno", 0)) for part in parts)
    return {line for first, last in spans for line in range(first, last + 1)}


def _heads(body: Iterable[ast.stmt]) -> dict[ast.stmt, ast.stmt | None]:
    """All statements of a scope, each with the one that it stands under; not by recursion: an `elif` is one deeper."""
    found: dict[ast.stmt, ast.stmt | None] = {}
    waiting: list[tuple[ast.stmt, ast.stmt | None]] = [(one, None) for one in body]
    while waiting:
        one, head = waiting.pop()
        found[one] = head
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        blocks = [getattr(one, field, ()) for field in ("body", "orelse", "finalbody")]
        blocks += [part.body for field in ("handlers", "cases") for part in getattr(one, field, ())]
        waiting += [(inner, one) for block in blocks for inner in block]
    return found


def _parts(statement: ast.stmt) -> list[ast.AST]:
    """What a statement does by itself, without those under it."""
    match statement:
        case ast.If() | ast.While():
            return [statement.test]
        case ast.For() | ast.AsyncFor():
            return [statement.target, statement.iter]
        case ast.With() | ast.AsyncWith():
            return [part for item in statement.items for part in ast.iter_child_nodes(item)]
        case ast.Match():
            return [statement.subject]
    return [] if isinstance(statement, _HEADS) else [statement]


def _used(node: ast.AST) -> tuple[str, ...]:
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            return (name,)
        case ast.Attribute(attr=name, ctx=ast.Load()):  # perhaps a method that is called
            return (f".{name}",)
    return ()


def _made(statement: ast.stmt) -> set[str]:
    """The names that a statement gives something to, or changes what they hold: `x = 1`, `x[0] = 1`, `x.append(1)`."""
    found: set[str] = set()
    for node in (node for part in _parts(statement) for node in ast.walk(part)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.Attribute(value=ast.Name(id=name), ctx=ast.Store()):
                found.add(name)
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
                found.add(name)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
                found.add(name)
    return found


def _is_at(node: ast.AST, line: int) -> bool:
    return getattr(node, "lineno", 0) <= line <= (getattr(node, "end_lineno", None) or 0)
