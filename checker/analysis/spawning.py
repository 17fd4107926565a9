"""Explains exceptions that come of spawning alone: what a process does not find, and what cannot be sent to it."""

from __future__ import annotations

import ast
import re

from checker.analysis.exceptions import headline
from checker.analysis.names import Names
from checker.trace import Trace

_NO_NAME = re.compile(r"NameError: (?:global )?name '(\w+)' is not defined")
_NO_ATTRIBUTE = re.compile(r"AttributeError: (?:Can't get attribute|module '__m?p?_?main__' has no attribute) '(\w+)'")
_NOT_PICKLED = re.compile(r"(TypeError|AttributeError|\w*\.?PicklingError): .*\b(pickle|Can't get local object)\b")


def spawning_told(traceback: str, source: str, *, in_child: bool) -> str:
    """A sentence for one who knows only fork, where this exception would not have come; "" if spawning is not it.

    Args:
        traceback: its text.
        source: the student's.
        in_child: whether it ended a process that another one had started.
    """
    said = headline(traceback)
    missing = _NO_NAME.match(said) or _NO_ATTRIBUTE.match(said)
    if missing and in_child and missing[1] in _assigned(source):
        return (
            "a process that is spawned, not forked, imports the file anew: what main() makes, or the lines under "
            f"`if __name__`, is not there; pass {missing[1]} as an argument"
        )
    if _NOT_PICKLED.match(said) and ".start(" in traceback:
        return (
            "what a process is started with is pickled when it is spawned (only fork does without): functions have to "
            "be at the top level of the file, and arguments such as can be sent to another process"
        )
    return ""


def gone_told(trace: Trace, names: Names, tasks: tuple[str, ...]) -> str:
    """A sentence about an object that one of the tasks came too late to open; "" if none of them did."""
    gone: set[str] = set()
    for step in trace.steps:
        if step.op.kind == "lock.unlink":
            gone.update(step.op.args[0].split())
        elif step.op.kind == "lock.open" and step.answer is not None and step.task in tasks:
            identity = next(name for name in step.op.args[0].split() if name in gone)
            maker = names.task(trace.objects[identity].creator)
            return (
                f"{names.object(identity)} is gone: {maker}, which made it, no longer held it when "
                f"{names.task(step.task)} began. Under spawn it has to be kept until the processes that use it have "
                "ended: join() them"
            )
    return ""


def _assigned(source: str) -> set[str]:
    """Every name that the source gives to something anywhere."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return found | {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
    }
