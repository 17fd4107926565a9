"""Finds in the student's source where shared objects are created, and what the student calls them there.

Only the text is read; nothing is run. A label is an expression of the student's ("alice", "forks[2]"). In a label,
`INDEX` stands for the number of a round that counts from 0 (an element of a list), `NUMBER` for one that counts from 1.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from checker.analysis.sources import nodes_of, tree_of

INDEX = "\0"
NUMBER = "\1"

_MEMORY = ("Value", "Array", "RawValue", "RawArray")
_KINDS = {
    "RLock": "rlock",
    "BoundedSemaphore": "bounded_semaphore",
    "JoinableQueue": "queue",
    "SimpleQueue": "simple_queue",
    **dict.fromkeys(_MEMORY, "memory"),
}
_TRANSPARENT = frozenset({"list", "tuple", "set", "sorted", "dict"})

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


class Creation(NamedTuple):
    """One call in the source that may create an object.

    `kind` is the kind of object ("lock") that a call of this name creates, `first_line` to `last_line` where the call
    stands, `name_line` where the called name stands. `labels` are what the object is called, one for each round where
    rounds have names of their own, else one; empty where it has no name. `owner` is the kind of the class in whose
    constructor it stands, "" where it stands in none; `scope` is the line where its function begins, 0 for the module.
    """

    kind: str
    first_line: int
    last_line: int
    name_line: int
    labels: tuple[str, ...]
    owner: str = ""
    scope: int = 0


@lru_cache(maxsize=8)
def creations(source: str) -> tuple[Creation, ...]:
    """All creating calls of `source`, in the order in which they run within a statement; empty if it does not parse."""
    finder = _Finder(tree_of(source))
    try:
        for node in nodes_of(source):
            finder.look_at(node)
    except RecursionError:  # an expression is nested too deeply
        return ()
    return tuple(finder.found)


class _Finder:
    """Walks statements and follows each target into the expression that is assigned to it."""

    def __init__(self, tree: ast.Module) -> None:
        self.found: list[Creation] = []
        self._aliases: dict[str, str] = {}
        self._parameters: dict[str, list[str]] = {}
        self._scopes: list[tuple[int, int, str]] = []
        constructors: dict[ast.AST, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                self._aliases.update({a.asname: a.name for a in node.names if a.asname})
            elif isinstance(node, _Function):
                self._parameters[node.name] = _parameter_names(node)
                self._scopes.append((node.lineno, node.end_lineno or node.lineno, constructors.get(node, "")))
            elif isinstance(node, ast.ClassDef):
                self._parameters[node.name] = _constructor_parameters(node)
                owner = kind_of_call(node.name)
                constructors |= {n: owner for n in node.body if isinstance(n, _Function) and n.name == "__init__"}

    def look_at(self, node: ast.AST) -> None:
        """Takes the expressions that belong to this one statement, not those of statements inside it."""
        match node:
            case ast.Assign(targets=targets, value=value):
                self._assign(targets[0], value)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                self._assign(target, value)
            case ast.AugAssign(value=value):
                self._expression(value, ())
            case ast.With(items=items) | ast.AsyncWith(items=items):
                for item in items:
                    if item.optional_vars is None:
                        self._expression(item.context_expr, ())
                    else:
                        self._assign(item.optional_vars, item.context_expr)
            case ast.FunctionDef(args=arguments) | ast.AsyncFunctionDef(args=arguments):
                self._defaults(arguments)
            case ast.stmt():
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self._expression(child, ())

    def _defaults(self, arguments: ast.arguments) -> None:
        positional = [*arguments.posonlyargs, *arguments.args]
        given = positional[len(positional) - len(arguments.defaults) :]
        for argument, default in zip(given, arguments.defaults, strict=True):
            self._expression(default, (argument.arg,))
        for argument, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if keyword_default is not None:
                self._expression(keyword_default, (argument.arg,))

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if not isinstance(target, ast.Tuple | ast.List):
            self._expression(value, _labels_of(target))
        elif isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
            for one, element in zip(target.elts, value.elts, strict=True):
                self._assign(one, element)
        else:
            names = [_labels_of(element) for element in target.elts]
            flat = tuple(label for labels in names for label in labels)
            inner = self._argument_of_transparent_call(value)
            if isinstance(inner, ast.ListComp | ast.GeneratorExp) and len(flat) == len(names):
                self._expression(inner.elt, flat)
            else:
                self._expression(value, ())

    def _expression(self, node: ast.AST, labels: tuple[str, ...]) -> None:
        match node:
            case ast.Call():
                self._call(node, labels)
            case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
                for index, element in enumerate(elements):
                    self._expression(element, _extended(labels, f"[{index}]"))
            case ast.Dict(keys=keys, values=values):
                for key, element in zip(keys, values, strict=True):
                    constant = isinstance(key, ast.Constant)
                    self._expression(element, _extended(labels, f"[{ast.unparse(key)}]" if key and constant else None))
            case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element):
                self._expression(element, _extended(labels, f"[{INDEX}]"))
            case ast.SetComp(elt=element) | ast.DictComp(value=element):
                self._expression(element, _extended(labels, f" #{NUMBER}"))
            case ast.NamedExpr(target=target, value=value):
                self._expression(value, (target.id,))
            case ast.IfExp(test=test, body=body, orelse=other):
                self._expression(test, ())
                self._expression(body, labels)
                self._expression(other, labels)
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                self._expression(left, labels)
                self._expression(right, labels)
            case ast.Starred(value=value) | ast.Await(value=value):
                self._expression(value, ())
            case ast.BoolOp(values=values):
                for value in values:
                    self._expression(value, labels)
            case _:
                for child in ast.iter_child_nodes(node):
                    self._expression(child, ())

    def _call(self, node: ast.Call, labels: tuple[str, ...]) -> None:
        inner = self._argument_of_transparent_call(node)
        if inner is not node:
            self._expression(inner, labels)
            return
        # Arguments are evaluated before the call itself: their objects exist first.
        name = self._called(node)
        parameters = self._parameters.get(name, [])
        receiver = _labels_of(node.func.value) if isinstance(node.func, ast.Attribute) else ()
        self._expression(node.func, ())
        for index, argument in enumerate(node.args):
            if name == "append" and receiver:
                self._expression(argument, _extended(receiver, f"[{INDEX}]"))
            else:
                parameter = parameters[index] if index < len(parameters) else None
                self._expression(argument, _inside(labels, parameter))
        target = next((k.value for k in node.keywords if k.arg == "target"), None)
        for keyword in node.keywords:
            if keyword.arg == "args" and isinstance(keyword.value, ast.Tuple | ast.List):
                started = self._parameters.get(target.id, []) if isinstance(target, ast.Name) else []
                for index, argument in enumerate(keyword.value.elts):
                    self._expression(argument, _inside((), started[index] if index < len(started) else None))
            else:
                self._expression(keyword.value, _inside(labels, keyword.arg))
        last = node.end_lineno or node.lineno
        around = [scope for scope in self._scopes if scope[0] <= node.lineno <= scope[1]]
        scope, _, owner = max(around, default=(0, 0, ""))
        end = node.func.end_lineno or last
        self.found.append(Creation(kind_of_call(name), node.lineno, last, end, labels, owner, scope))

    def _called(self, node: ast.Call) -> str:
        if isinstance(node.func, ast.Attribute):
            return node.func.attr
        return self._aliases.get(node.func.id, node.func.id) if isinstance(node.func, ast.Name) else ""

    def _argument_of_transparent_call(self, node: ast.expr) -> ast.expr:
        """What is inside `list(...)` and the like, which change no name; else the node itself."""
        while (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in _TRANSPARENT
            and len(node.args) == 1
            and not node.keywords
        ):
            node = node.args[0]
        return node


def kind_of_call(name: str) -> str:
    """The kind of object that a call of this name creates: "BoundedSemaphore" -> "bounded_semaphore"."""
    return _KINDS.get(name, name.lower())


def _labels_of(target: ast.expr) -> tuple[str, ...]:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return (name,)
        case ast.Subscript(value=value, slice=ast.Constant() as index):
            return _extended(_labels_of(value), f"[{ast.unparse(index)}]")
        case ast.Subscript(value=value):
            return _extended(_labels_of(value), f" #{NUMBER}")
    return ()


def _extended(labels: tuple[str, ...], suffix: str | None) -> tuple[str, ...]:
    """One label with something behind it; rounds within rounds are counted through, as their sizes are not known."""
    if len(labels) != 1 or suffix is None:
        return ()
    (label,) = labels
    if (INDEX in suffix or NUMBER in suffix) and (INDEX in label or NUMBER in label):
        return (f"{label.partition('[' + INDEX)[0].partition(' #')[0]} #{NUMBER}",)
    return (label + suffix,)


def _inside(labels: tuple[str, ...], parameter: str | None) -> tuple[str, ...]:
    """What an object is called that is made as an argument: by the parameter that takes it."""
    if parameter is None:
        return ()
    return _extended(labels, f".{parameter}") or (parameter,)


def _parameter_names(function: _Function) -> list[str]:
    return [a.arg for a in (*function.args.posonlyargs, *function.args.args)]


def _constructor_parameters(node: ast.ClassDef) -> list[str]:
    """Parameters of `__init__` without self; without one, the annotated fields, as in a dataclass."""
    body: Sequence[ast.stmt] = node.body
    functions: Iterable[_Function] = (item for item in body if isinstance(item, _Function))
    for function in functions:
        if function.name == "__init__":
            return _parameter_names(function)[1:]
    return [i.target.id for i in body if isinstance(i, ast.AnnAssign) and isinstance(i.target, ast.Name)]
