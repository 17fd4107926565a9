"""Reads in a program's text what a process that is stuck in a line could still do to a shared object, by its name.

It follows names, not values: a call may reach every function of that name, and a parameter is whatever is passed for
it anywhere. So it may find too much, and what is not found there is nowhere in the text.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from checker.analysis.names import Names
from checker.analysis.sources import tree_of
from checker.trace import Trace

_VERBS = {
    "lock.acquire": ("acquire", "with"),
    "lock.release": ("release", "with"),
    "queue.put": ("put", "put_nowait"),
    "queue.get": ("get", "get_nowait"),
    "simple_queue.put": ("put",),
    "simple_queue.get": ("get",),
}
_WORDS = frozenset(word for words in _VERBS.values() for word in words) - {"with"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LOOPS = (ast.For, ast.While, ast.AsyncFor)
_Scope: TypeAlias = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef


class _Site(NamedTuple):
    """A place in the text: what is done there ("acquire", "with"), to what it calls so, from which line to which."""

    word: str
    name: str
    first: int
    last: int


class Ahead:
    """What the tasks of one trace could do, by the text of their program."""

    def __init__(self, trace: Trace, names: Names, source: str) -> None:
        self._trace = trace
        self._names = names
        self._outline = _outline(source)

    def knows(self, obj: str | None) -> bool:
        """Whether the text tells what happened to the object: each operation on it stands where it says so."""
        ops = [*(step.op for step in self._trace.steps), *(wait.op for wait in self._trace.waits)]
        mine = {(op.kind, op.line) for op in ops if op.obj == obj and op.line is not None and op.kind in _VERBS}
        return bool(mine) and all(
            any(site.first <= line <= site.last for site in self._about(self._outline.all_sites, kind, obj))
            for kind, line in mine
        )

    def nowhere(self, kind: str, obj: str | None) -> bool:
        """Whether such an operation on the object stands nowhere in the text, under no name that may be another's."""
        known = {_last_name(self._names.object(identity)) for identity in self._trace.objects}
        sites = [site for site in self._outline.all_sites if site.word in _VERBS[kind]]
        clear = all(self._outline.origins(site.name) & known for site in sites)
        return clear and not self._about(sites, kind, obj)

    def does(self, task: str, kind: str, obj: str | None) -> bool:
        """Whether such an operation stands in one of the functions in which the task has been, or that they call."""
        lines = {step.op.line for step in self._trace.steps if step.task == task}
        lines |= {wait.op.line for wait in self._trace.waits if wait.task == task}
        scopes = {self._outline.scope_of(line) for line in lines if line is not None}
        nodes = [node for scope in scopes for node in _own_nodes(scope)]
        return bool(self._about(self._outline.reached(nodes), kind, obj))

    def line(self, task: str, kind: str, obj: str | None) -> int | None:
        """The first line in which the task, which waits, could come to such an operation; None if there is none."""
        line = next((wait.op.line for wait in self._trace.waits if wait.task == task), None)
        if line is None:
            return None
        sites = self._about(self._outline.reached(self._outline.behind(line)), kind, obj)
        later = [site for site in sites if site.first > line]
        return min((site.first for site in later or sites), default=None)

    def _about(self, sites: Iterable[_Site], kind: str, obj: str | None) -> list[_Site]:
        name = _last_name(self._names.object(obj))
        return [s for s in sites if s.word in _VERBS[kind] and name in self._outline.origins(s.name)]


def _last_name(name: str) -> str:
    """The last identifier of what an object is called: "lock" of "accounts[0].lock", "forks" of "forks[1]"."""
    return re.sub(r"\[[^]]*\]| [#(].*| of .*", "", name).rpartition(".")[2]


class _Outline:
    """The functions of a program, what they call, and what they do to what they call so."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._functions: dict[str, list[_Scope]] = defaultdict(list)
        self._scopes: list[_Scope] = [tree]
        for node in ast.walk(tree):
            if isinstance(node, _FUNCTIONS):
                self._functions[node.name].append(node)
                self._scopes.append(node)
            elif isinstance(node, ast.ClassDef):
                methods = (n for n in node.body if isinstance(n, _FUNCTIONS))
                self._functions[node.name] += [n for n in methods if n.name == "__init__"]
        self._passed: dict[str, set[str]] = defaultdict(set)
        self._called_in: dict[str, list[int]] = defaultdict(list)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                self._called_in[_name(node.func)].append(node.lineno)
            for name, value in self._bindings(node):
                self._passed[name].add(value)
        self.all_sites = list(_sites(ast.walk(tree)))

    def origins(self, name: str) -> set[str]:
        """The name, and all names of what may be meant by it."""
        found, todo = {name}, [name]
        while todo:
            new = self._passed[todo.pop()] - found
            found |= new
            todo += new
        return found

    def scope_of(self, line: int) -> _Scope:
        """The innermost function that the line is in; the whole module where it is in none."""
        around = [s for s in self._scopes[1:] if isinstance(s, _FUNCTIONS) and s.lineno <= line <= (s.end_lineno or 0)]
        return max(around, key=lambda scope: scope.lineno, default=self._tree)

    def reached(self, nodes: Iterable[ast.AST]) -> list[_Site]:
        """What stands in these nodes, and in the functions that are called from there."""
        found: list[_Site] = []
        seen: set[_Scope] = set()
        todo = [list(nodes)]
        while todo:
            part = todo.pop()
            found += _sites(part)
            for scope in (scope for name in _used(part) for scope in self._functions.get(name, ())):
                if scope not in seen:
                    seen.add(scope)
                    todo.append(list(_own_nodes(scope)))
        return found

    def behind(self, line: int) -> list[ast.AST]:
        """What can come after the line: behind it, in the loops around it, and where its function is called."""
        found: list[ast.AST] = []
        seen: set[int] = set()
        todo = [line]
        while todo:
            at = todo.pop()
            if at in seen:
                continue
            seen.add(at)
            scope = self.scope_of(at)
            nodes = list(_own_nodes(scope))
            loops = [n for n in nodes if isinstance(n, _LOOPS) and n.lineno <= at <= (n.end_lineno or 0)]
            again = {inner for loop in loops for inner in ast.walk(loop)}
            first = at if at == line else at + 1  # what a caller has called is not to come again
            found += [n for n in nodes if n in again or _last_line(n) >= (at if isinstance(n, ast.With) else first)]
            if isinstance(scope, _FUNCTIONS):
                todo += self._called_in[scope.name]
        return found

    def _bindings(self, node: ast.AST) -> Iterator[tuple[str, str]]:
        """Names that the node gives to what is called otherwise elsewhere."""
        pairs: list[tuple[ast.expr, ast.expr]] = []
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                pairs = list(zip(targets, values, strict=False))
            case ast.Assign(targets=[target], value=value):
                pairs = [(target, value)]
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                parts = target.elts if isinstance(target, ast.Tuple) else [target]
                pairs = [(part, value) for part in parts]
            case ast.Call(func=func, args=arguments, keywords=keywords):
                by_name = {keyword.arg: keyword.value for keyword in keywords}
                inner = by_name.get("args")
                yield from self._parameters(_name(func), arguments, by_name)
                if isinstance(inner, ast.Tuple | ast.List):
                    yield from self._parameters(_name(by_name.get("target")), inner.elts, {})
        for one, other in pairs:
            yield from ((_name(one), origin) for origin in _named(other) if _name(one) not in ("", origin))

    def _parameters(
        self, function: str, values: Iterable[ast.expr], by_name: dict[str | None, ast.expr]
    ) -> Iterator[tuple[str, str]]:
        for scope in self._functions.get(function, ()):
            if isinstance(scope, _FUNCTIONS):
                names = [arg.arg for arg in scope.args.args if arg.arg != "self"]
                pairs = [*zip(names, values, strict=False), *((n, by_name[n]) for n in names if n in by_name)]
                for name, value in pairs:
                    yield from ((name, origin) for origin in _named(value) if origin != name)


@lru_cache(maxsize=8)
def _outline(source: str) -> _Outline:
    try:
        return _Outline(tree_of(source))
    except RecursionError:  # an expression is nested too deeply
        return _Outline(ast.Module([], []))


def _own_nodes(scope: _Scope) -> Iterator[ast.AST]:
    """All nodes of a function, or of the module, without those of the functions in it."""
    todo: list[ast.AST] = list(scope.body)
    while todo:
        node = todo.pop()
        if not isinstance(node, _FUNCTIONS):
            yield node
            todo += ast.iter_child_nodes(node)


def _used(nodes: Iterable[ast.AST]) -> set[str]:
    """The names of what may be called: all that are used there, but for the targets of processes."""
    targets: set[ast.AST] = set()
    names: dict[ast.AST, str] = {}
    for node in nodes:
        if isinstance(node, ast.keyword) and node.arg == "target":
            targets.add(node.value)
        elif isinstance(node, ast.Name | ast.Attribute):
            names[node] = _name(node)
    return {name for node, name in names.items() if node not in targets}


def _sites(nodes: Iterable[ast.AST]) -> Iterator[_Site]:
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr in _WORDS:
            yield _Site(node.attr, _name(node.value), node.lineno, node.end_lineno or node.lineno)
        elif isinstance(node, ast.With):
            for item in node.items:
                yield _Site("with", _name(item.context_expr), node.lineno, node.end_lineno or node.lineno)


def _name(node: ast.AST | None) -> str:
    """The last identifier of an expression that names a thing; "" for any other one."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return _name(value)
    return ""


def _named(value: ast.expr) -> Iterator[str]:
    """The names of what an expression may be, or hold."""
    match value:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            pass
        case ast.Call(func=ast.Name(id="zip" | "enumerate" | "reversed" | "sorted" | "list" | "tuple"), args=parts):
            pass
        case ast.IfExp(body=one, orelse=other):
            parts = [one, other]
        case _:
            yield from filter(None, [_name(value)])
            return
    for part in parts:
        yield from _named(part)


def _last_line(node: ast.AST) -> int:
    return getattr(node, "end_lineno", None) or 0
