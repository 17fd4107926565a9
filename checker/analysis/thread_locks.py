"""Finds the locks of `threading` that a program makes, and tells those who take them for locks between processes."""

from __future__ import annotations

import ast
import re
from collections import Counter

from checker.analysis.sources import nodes_of

_KINDS = frozenset({"Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "Event", "Barrier"})
_HAS_THREADS = re.compile(r"\b(Thread|Timer|ThreadPool\w*|start_new_thread)\b")


def thread_locks_told(source: str) -> str:
    """A sentence that names each line where the source makes a lock of `threading`; "" where there is none.

    Only for a program with several processes; one that has threads is taken to know what it does. That no other process
    feels such a lock is true of each: a forked one has a copy, and a spawned one makes its own.
    """
    made = _made(source) if not _HAS_THREADS.search(source) else []
    if not made:
        return ""
    kinds = dict.fromkeys(kind for kind, _ in made)
    told = (_told(kind, [line for other, line in made if other == kind]) for kind in kinds)
    return (
        f"{' and '.join(told)} {'is' if len(made) == 1 else 'are'} for the threads of one process: each process has "
        "its own, which neither keeps another process out nor wakes it; those of multiprocessing do"
    )


def _told(kind: str, lines: list[int]) -> str:
    return f"threading.{kind} (line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))})"


def _made(source: str) -> list[tuple[str, int]]:
    """The kind and the line of each call that surely makes one, in the order of the lines."""
    nodes = nodes_of(source)
    bound: Counter[str] = Counter()
    modules: set[str] = set()
    kinds: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                name = alias.asname or alias.name
                bound[name] += 1
                if isinstance(node, ast.Import) and alias.name == "threading":
                    modules.add(name)
                elif isinstance(node, ast.ImportFrom) and node.module == "threading" and alias.name in _KINDS:
                    kinds[name] = alias.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound[node.id] += 1
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound[node.name] += 1
        elif isinstance(node, ast.arg):
            bound[node.arg] += 1
    made = set()
    for node in nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=kind)):
                is_made = name in modules and kind in _KINDS
            case ast.Call(func=ast.Name(id=name)):
                is_made, kind = name in kinds, kinds.get(name, "")
            case _:
                continue
        if is_made and bound[name] == 1:
            made.add((kind, node.lineno))
    return sorted(made, key=lambda one: (one[1], one[0]))
