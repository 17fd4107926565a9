"""What a frame carries at a place in the code besides its variables. Runs in a worker process.

A `while` loop carries nothing. A `for` loop carries its iterator, a `with` its manager, a `finally` the exception that
waits, an expression what was evaluated before in the same statement, and a function written in C whatever it likes.
None of these can be looked at: where they may make a difference, no two visits are ever taken to be equal.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum
from itertools import pairwise
from typing import Any

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_HIDING = (
    *(ast.For, ast.AsyncFor, ast.AsyncWith, ast.Match, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    *(ast.Await, ast.Yield, ast.YieldFrom, ast.ExceptHandler),
)
_METHODS = frozenset(
    {"acquire", "empty", "full", "get", "get_nowait", "get_value", "is_alive", "join", "locked", "put", "put_nowait"}
    | {"qsize", "sleep"}
)
_ATTRIBUTES = frozenset({"value", "exitcode"})
"""How the operations are asked for at which a round may begin."""


class Where(Enum):
    """What goes round at a place in the code, within its own function."""

    NOTHING = "nothing"
    WHILE = "while"
    HIDDEN = "hidden"  # something that carries more than can be seen


def around(tree: ast.Module, span: Any, callee: str | None) -> Where:
    """What goes round at the instruction with this span (line, end line, column, end column, as `co_positions`).

    It has called the program's own function `callee`; None if it asks for an operation.
    """
    line, end_line, column, end_column = span
    path: list[ast.AST] = [tree]
    while not _is_at(path[-1], span):
        children = ast.iter_child_nodes(path[-1])
        inner = next((n for n in children if _holds(n, (line, column), (end_line, end_column))), None)
        if inner is None:
            return Where.HIDDEN
        path.append(inner)
    if not _is_direct(path, callee):
        return Where.HIDDEN
    scope = next((node for node in reversed(path) if isinstance(node, _SCOPES)), tree)
    own = path[path.index(scope) :]
    for node, child in pairwise(own):
        if node is not scope and not _is_open(node, child, scope, tree):
            return Where.HIDDEN
    return Where.WHILE if any(isinstance(node, ast.While) for node in own) else Where.NOTHING


def _is_at(node: ast.AST, span: Any) -> bool:
    return isinstance(node, ast.expr) and (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset) == span


def _holds(node: ast.AST, first: tuple[int, int], last: tuple[int, int]) -> bool:
    line, end_line = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
    if line is None or end_line is None:
        return isinstance(node, ast.match_case | ast.withitem | ast.arguments | ast.comprehension) and any(
            _holds(child, first, last) for child in ast.iter_child_nodes(node)
        )
    return (line, node.col_offset) <= first and last <= (end_line, node.end_col_offset)  # type: ignore[attr-defined]


def _is_direct(path: list[ast.AST], callee: str | None) -> bool:
    """Whether the operation is asked for, or the function called, by the code itself, with nothing in between."""
    match path[-1]:
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name == callee if callee is not None else name in _METHODS
        case ast.Attribute(attr=name):
            return callee is None and (name in _ATTRIBUTES or _is_managed(path))
        case ast.Subscript():
            return callee is None
    return _is_managed(path) and callee is None


def _is_managed(path: list[ast.AST]) -> bool:
    return isinstance(path[-2], ast.withitem) and isinstance(path[-1], ast.Name | ast.Attribute)


def _is_open(node: ast.AST, child: ast.AST, scope: ast.AST, tree: ast.Module) -> bool:
    """Whether `node`, while it executes `child`, carries nothing but variables."""
    match node:
        case ast.For():
            return _is_plain_range(node, scope, tree)
        case ast.With(items=items):
            entered = items if child not in items else items[: items.index(child)]
            return all(_is_steady(item.context_expr, scope, tree) for item in entered)
        case ast.Try(finalbody=last):
            return child not in last
        case ast.If() | ast.While() | ast.Expr() | ast.Return() | ast.Assert() | ast.BoolOp() | ast.IfExp():
            return True
        case ast.UnaryOp() | ast.NamedExpr() | ast.keyword() | ast.withitem() | ast.Attribute():
            return True
        case ast.Assign(value=value) | ast.AnnAssign(value=value):
            return child is value
        case ast.AugAssign(target=target):
            return child is target
        case ast.Call(func=func):
            return child is func or (_is_steady(func, scope, tree) and _are_constants(_before(node, child, func)))
        case ast.Compare() | ast.BinOp() | ast.Subscript() | ast.Tuple() | ast.List():
            return _are_constants(_before(node, child))
    return False


def _before(node: ast.AST, child: ast.AST, *left_out: ast.AST) -> Iterator[ast.AST]:
    """What is evaluated before `child`, of the same node."""
    for other in ast.iter_child_nodes(node):
        if other is child:
            return
        if isinstance(other, ast.expr | ast.keyword) and other not in left_out:
            yield other


def _are_constants(nodes: Iterator[ast.AST]) -> bool:
    return all(isinstance(node, ast.Constant) for node in nodes)


def _is_steady(manager: ast.expr, scope: ast.AST, tree: ast.Module) -> bool:
    """Whether this names a thing and the program gives that name to one thing only, so that it tells which it is."""
    match manager:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            parameters = {arg.arg for arg in ast.walk(getattr(scope, "args", scope)) if isinstance(arg, ast.arg)}
            own = _bindings(scope, name)
            return not own if name in parameters else len(own or _bindings(tree, name)) <= 1
        case ast.Attribute(value=value, attr=name):
            return _is_steady(value, scope, tree) and len(_bindings(tree, name)) <= 1
        case ast.Subscript(value=ast.Name(id=name) as value, slice=ast.Name() | ast.Constant() as place):
            steady = _is_steady(value, scope, tree) and _is_steady(place, scope, tree)
            return steady and not any(_changes_inside(node, name) for node in ast.walk(tree))
    return False


def _changes_inside(node: ast.AST, name: str) -> bool:
    """Whether this may change what a list or dict of that name holds."""
    match node:
        case ast.Subscript(value=ast.Name(id=other), ctx=ast.Store() | ast.Del()):
            return other == name
        case ast.Attribute(value=ast.Name(id=other)):
            return other == name
        case ast.AugAssign(target=ast.Name(id=other)):
            return other == name
    return False


def _bindings(tree: ast.AST, name: str) -> list[ast.AST]:
    """Where the program gives something this name, parameters left out: they are bound once in a frame."""
    return [node for node in ast.walk(tree) if _binds(node, name)]


def _binds(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Name(id=other, ctx=ast.Store() | ast.Del()):
            return other == name
        case ast.Attribute(attr=other, ctx=ast.Store() | ast.Del()):
            return other == name
        case ast.FunctionDef(name=other) | ast.AsyncFunctionDef(name=other) | ast.ClassDef(name=other):
            return other == name
        case ast.alias():
            return (node.asname or node.name) == name
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return name in names
    return False


def _is_fixed(node: ast.AST, scope: ast.AST, own: set[str]) -> bool:
    """Whether this is the same as long as the function runs: made of constants and of parameters that stay."""
    match node:
        case ast.Constant(value=int()):
            return True
        case ast.Name(id=name):
            return name in own and not _bindings(scope, name)
        case ast.BinOp(left=left, right=right):
            return _is_fixed(left, scope, own) and _is_fixed(right, scope, own)
    return False


def _is_plain_range(node: ast.For, scope: ast.AST, tree: ast.Module) -> bool:
    """Whether this is `for i in range(...)`, where `i` and the ends of the range are set by nothing else."""
    match node:
        case ast.For(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"), args=args, keywords=[])):
            own = {arg.arg for arg in ast.walk(getattr(scope, "args", scope)) if isinstance(arg, ast.arg)}
            fixed = all(_is_fixed(arg, scope, own) for arg in args)
            parameters = {arg.arg for arg in ast.walk(tree) if isinstance(arg, ast.arg)}
            plain = not _bindings(tree, "range") and "range" not in parameters
            return fixed and plain and name not in own and len(_bindings(scope, name)) == 1 and scope is not tree
    return False
