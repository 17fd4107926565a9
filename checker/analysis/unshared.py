"""Explains a wrong result where the processes use what they do not share: global variables, locks of `threading`."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from checker.analysis.sources import nodes_of
from checker.trace import Trace

_SHARED = ("lock.", "memory.", "queue.", "simple_queue.")
_NOT_USED = frozenset({"lock.open", "lock.unlink", "queue.join_thread"})
_LOCKS = frozenset({"Lock", "RLock", "Semaphore", "BoundedSemaphore"})


def unshared_told(trace: Trace, source: str, line: int | None = None) -> str:
    """A sentence about what each process has for itself; "" where they used anything shared, or nothing like that.

    Of an assertion that failed in `line` it is told only if that is about such a global variable.
    """
    kinds = {step.op.kind for step in trace.steps if step.task != "main"} - _NOT_USED
    used = any(kind.startswith(_SHARED) for kind in kinds)
    if used or all(record.process == "main" for record in trace.tasks.values()):
        return ""
    nodes: Sequence[ast.AST] = nodes_of(source)
    if line is not None:
        asserted = {n.id for n in nodes if isinstance(n, ast.Name) and n.lineno == line}
        nodes = [node for node in nodes if isinstance(node, ast.Global) and asserted & {*node.names}]
    if any(map(_is_lock_of_threading, nodes)):
        return "a lock of threading keeps out only threads of the same process: use the one of multiprocessing"
    names = [name for node in nodes if isinstance(node, ast.Global) for name in node.names]
    names = [name for name in names if line is None or name in asserted]
    if names:
        return f"{names[0]} is a global variable: each process has its own, and what it writes there nobody else sees"
    return ""


def _is_lock_of_threading(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "threading" and any(alias.name in _LOCKS for alias in node.names)
    owner = node.value if isinstance(node, ast.Attribute) and node.attr in _LOCKS else None
    return isinstance(owner, ast.Name) and owner.id == "threading"
