"""Where a program may go round, and whether all that it carries from round to round can be seen. Runs in a worker.

What a program keeps outside of its own objects (files, the real clock, text that waits for the end of its line) cannot
be seen: one that may do so has no rounds. What is carried at one place in the code is told by `carried`.
"""

from __future__ import annotations

import ast
from types import CodeType

from checker.controlled.carried import Where, around

_MODULES = frozenset(
    {"__future__", "abc", "bisect", "collections", "copy", "ctypes", "dataclasses", "enum", "functools", "heapq"}
    | {"itertools", "math", "multiprocessing", "operator", "os", "queue", "random", "re", "signal", "statistics"}
    | {"string", "sys", "time", "types", "typing"}
)
"""Modules that keep nothing a program could carry on with, save what is looked at (`random`), and that see nothing of
the world that is not controlled."""
_NAMES = {
    "ctypes": frozenset({"Structure", "Union", "sizeof"}),  # and all that begin with "c_"
    "os": frozenset({"_exit", "abort", "cpu_count", "getpid", "getppid", "kill", "linesep", "process_cpu_count"}),
    "sys": frozenset({"byteorder", "exit", "maxsize", "platform", "stderr", "stdout", "version_info"}),
}
"""What may be used of a module, where that is not all."""
_OPAQUE = frozenset(
    {"__import__", "breakpoint", "compile", "delattr", "eval", "exec", "getattr", "globals", "input", "locals", "open"}
    | {"setattr", "vars"}
)
"""Builtins that reach what is not looked at."""
_OF_SETS = frozenset({"add", "clear", "discard", "pop", "remove", "iand", "ior", "isub", "ixor"}) | frozenset(
    f"{how}update" for how in ("", "difference_", "intersection_", "symmetric_difference_")
)
"""The names by which a set is changed: what it hands out after that hangs on its past, which cannot be seen."""
_CALLS_BY_NAME = frozenset({"attrgetter", "methodcaller"})
_WRITERS = frozenset({"write", "writelines"})


class Loops:
    """The loops of one program text; `where` says what goes round at an instruction.

    Attributes:
        may_change_sets: whether there is anything in the text that a set, if it is one, is changed by.
    """

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        of_others = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call) and _takes_from_a_list(node)}
        self.may_change_sets = any(_may_change_a_set(node) for node in ast.walk(tree) if node not in of_others)
        self._known: dict[tuple[CodeType, int, str | None], Where] = {}

    def where(self, code: CodeType, instruction: int, callee: str | None) -> Where:
        """What goes round at the instruction at offset `instruction` of `code`.

        `callee` is the name of the program's own function that it has called; None for an operation.
        """
        key = code, instruction, callee
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._find(code, instruction, callee)
        return known

    def _find(self, code: CodeType, instruction: int, callee: str | None) -> Where:
        for index, span in enumerate(code.co_positions()):
            if index * 2 == instruction:
                return Where.HIDDEN if None in span else around(self._tree, span, callee)
        return Where.HIDDEN


def loops_of(source: bytes) -> Loops | None:
    """The loops of a program; None where it has none that matter, or may carry what cannot be seen."""
    if b"while" not in source:
        return None
    tree = ast.parse(source)
    if not any(isinstance(node, ast.While) for node in ast.walk(tree)) or not _is_closed(tree):
        return None
    return Loops(tree)


def _is_closed(tree: ast.AST) -> bool:
    """Whether all that the program carries on with is in its own objects."""
    imported: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                if top not in _MODULES:
                    return False
                imported[alias.asname or top] = top
        elif isinstance(node, ast.ImportFrom):
            top = (node.module or "").partition(".")[0]
            if node.level or top not in _MODULES or not all(_may_use(top, alias.name) for alias in node.names):
                return False
            imported.update((alias.asname or alias.name, "") for alias in node.names)
    modules = {name for name, module in imported.items() if module}
    named = sum(isinstance(node, ast.Name) and node.id in modules for node in ast.walk(tree))
    used = sum(
        isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules
        for node in ast.walk(tree)
    )  # a module under another name could be used for anything
    return named == used and not any(_looks_out(node, imported) for node in ast.walk(tree))


def _may_use(module: str, name: str) -> bool:
    allowed = _NAMES.get(module)
    return name != "*" and (allowed is None or name in allowed or (module == "ctypes" and name.startswith("c_")))


def _looks_out(node: ast.AST, imported: dict[str, str]) -> bool:
    """Whether this reaches, or keeps something in, what is not the program's own."""
    match node:
        case ast.Name(id=name):
            return name in _OPAQUE
        case ast.alias(name=name) | ast.Attribute(attr=name) if name in _CALLS_BY_NAME:
            return True
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()) if (
            _root(node) in imported
        ):
            return True
        case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in imported:
            return not _may_use(imported[name], attribute) or attribute in _WRITERS
        case ast.Attribute(attr=attribute):
            return attribute in _WRITERS or (attribute.startswith("__") and attribute.endswith("__"))
        case ast.FunctionDef(name="__del__"):
            return True
        case ast.Call(func=ast.Name(id="print"), keywords=keywords):
            flushed = any(k.arg == "flush" and getattr(k.value, "value", False) is True for k in keywords)
            return any(k.arg not in ("sep", "flush", "end") or (k.arg == "end" and not flushed) for k in keywords)
    return False


def _may_change_a_set(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr=name) | ast.alias(name=name):
            return name in _OF_SETS
        case ast.AugAssign(op=ast.BitOr() | ast.BitAnd() | ast.BitXor() | ast.Sub(), value=value):
            return not isinstance(value, ast.Constant)  # a set takes only a set
    return False


def _takes_from_a_list(call: ast.Call) -> bool:
    """Whether it is a `pop` that says what it wants: that of a set takes no argument."""
    return isinstance(call.func, ast.Attribute) and call.func.attr == "pop" and bool(call.args)


def _root(node: ast.AST) -> str | None:
    """The name at which `a.b[c].d` or `a(b).c` begins."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None
