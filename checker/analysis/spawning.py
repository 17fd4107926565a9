"""Explains exceptions that come of spawning alone: what a process does not find, and what cannot be sent to it."""

from __future__ import annotations

import ast
import re

from checker.analysis.exceptions import headline
from checker.analysis.sources import tree_of

_NO_NAME = re.compile(r"NameError: (?:global )?name '(\w+)' is not defined")
_NO_ATTRIBUTE = re.compile(r"AttributeError: (?:Can't get attribute|module '__m?p?_?main__' has no attribute) '(\w+)'")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_NOT_PICKLED = re.compile(r"(TypeError|AttributeError|\w*\.?PicklingError): .*\b(pickle|Can't get local object)\b")


def spawning_told(traceback: str, source: str, *, in_child: bool, is_forked: bool = False) -> str:
    """A sentence for one who knows only fork, where this exception would not have come; "" if spawning is not it.

    Args:
        traceback: its text.
        source: the student's.
        in_child: whether it ended a process that another one had started.
        is_forked: whether that was by fork, where all that there was by then is there.
    """
    said = headline(traceback)
    missing = _NO_NAME.match(said) or _NO_ATTRIBUTE.match(said)
    if missing and in_child:
        name = missing[1]
        top, local = _assigned(source)
        if name in top:
            return "" if is_forked else (
                "a process that is spawned, not forked, imports the file anew: what main() makes, or the lines under "
                f"`if __name__`, is not there; pass {name} as an argument"
            )
        return f"{name} is known only inside the function that makes it; pass it as an argument" * (name in local)
    if _NOT_PICKLED.match(said) and ".start(" in traceback:
        return (
            "what a process is started with is pickled when it is spawned (only fork does without): functions have to "
            "stand at the top level of the file, and locks and queues have to be those of multiprocessing"
        )
    return ""


def _assigned(source: str) -> tuple[set[str], set[str]]:
    """The names that the source gives to something at its top level (or as a global), and those inside functions."""
    tree = tree_of(source)
    top: set[str] = set()
    local: set[str] = set()
    waiting: list[tuple[ast.AST, set[str]]] = [(tree, top)]
    while waiting:
        node, names = waiting.pop()
        if isinstance(node, ast.Global):
            top.update(node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, _FUNCTIONS):
            names.add(node.name)
            names = local
        elif isinstance(node, ast.ClassDef):
            names.add(node.name)
        waiting += [(child, names) for child in ast.iter_child_nodes(node)]
    return top, local
