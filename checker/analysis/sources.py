"""The text of the student's program as a tree: it is parsed once, and nothing that Python warns of is printed."""

from __future__ import annotations

import ast
import warnings
from functools import lru_cache


@lru_cache(maxsize=8)
def tree_of(source: str) -> ast.Module:
    """The tree, not to be changed; an empty one where the text is no Python, or nested too deeply to be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


@lru_cache(maxsize=8)
def nodes_of(source: str) -> tuple[ast.AST, ...]:
    """All nodes of the tree, the outer ones first."""
    return tuple(ast.walk(tree_of(source)))
