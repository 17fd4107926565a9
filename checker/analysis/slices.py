"""Finds what an assertion rests on: the lines of the source that make what it compares, and the steps done there.

A slice after M. Weiser, "Program Slicing", ICSE 1981, by names alone and within a function; what it calls is part of it
as a whole. It may hold more than it needs, never what has nothing to do with the assertion's names.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from checker.trace import Trace

_Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef
_Heads = tuple[ast.stmt, ...]
_HEADS = ast.If | ast.While | ast.For | ast.With | ast.Try | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


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
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    found: set[int] = set()
    for line in frames:
        scope: _Scope = tree
        for node in ast.walk(tree):  # the outer ones first
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_at(node, line):
                scope = node
        found |= _slice(scope, line, functions)
    return found


def _slice(scope: _Scope, line: int, functions: dict[str, ast.FunctionDef]) -> set[int]:
    statements = list(_statements(scope.body, ()))
    chosen = {n for n, (one, _) in enumerate(statements) if any(_is_at(part, line) for part in _parts(one))}
    names: set[str] = set()
    while True:
        heads = {head for n in chosen for head in statements[n][1]}
        chosen |= {n for n, (one, _) in enumerate(statements) if one in heads}
        parts = [part for n in chosen for part in _parts(statements[n][0])]
        names = {name for part in parts for node in ast.walk(part) for name in _used(node)}
        more = {n for n, (one, _) in enumerate(statements) if not names.isdisjoint(_made(one))}
        if more <= chosen:
            break
        chosen |= more
    parts += [functions[called] for name in names if (called := name.removeprefix(".")) in functions]
    spans = ((getattr(part, "lineno", 0), getattr(part, "end_lineno", 0)) for part in parts)
    return {line for first, last in spans for line in range(first, last + 1)}


def _statements(body: Iterable[ast.stmt], heads: _Heads) -> Iterator[tuple[ast.stmt, _Heads]]:
    """All statements of a scope, each with those that it stands under."""
    for one in body:
        yield one, heads
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        under = (*heads, one)
        for field in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(one, field, ()), under)
        for handler in getattr(one, "handlers", ()):
            yield from _statements(handler.body, under)


def _parts(statement: ast.stmt) -> list[ast.AST]:
    """What a statement does by itself, without those under it."""
    match statement:
        case ast.If() | ast.While():
            return [statement.test]
        case ast.For():
            return [statement.target, statement.iter]
        case ast.With():
            return [part for item in statement.items for part in ast.iter_child_nodes(item)]
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
