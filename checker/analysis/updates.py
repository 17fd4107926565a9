"""Finds lost updates: writes over what others have written since the writer has read the same cell."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import NamedTuple

from checker.analysis.accesses import process_of, touched, value_at
from checker.analysis.sources import nodes_of, tree_of
from checker.trace import Cell, Trace


class LostUpdate(NamedTuple):
    """A task read `cell`, others wrote it, and then the task wrote it: all of them steps, by their index in the trace.

    `read` is the task's last read before, `seen` its last read or write; `others` are what was written after that.
    """

    cell: Cell
    read: int
    seen: int
    others: tuple[int, ...]
    write: int


def lost_updates(trace: Trace) -> tuple[LostUpdate, ...]:
    """All lost updates of a schedule, in the order in which they were lost. A task that never looked loses nothing."""
    found: list[LostUpdate] = []
    writes: dict[Cell, list[int]] = defaultdict(list)
    reads: dict[tuple[str, Cell], int] = {}
    seen: dict[tuple[str, Cell], int] = {}
    for index, step in enumerate(trace.steps):
        for cell, is_write in touched(step):
            mine = step.task, cell
            if is_write and mine in reads:
                others = tuple(n for n in writes[cell] if n > seen[mine])
                if others:
                    found.append(LostUpdate(cell, reads[mine], seen[mine], others, index))
            if is_write:
                writes[cell].append(index)
            else:
                reads[mine] = index
            seen[mine] = index
    return tuple(found)


def decisive_update(
    trace: Trace, source: str, line: int | None = None, rests_on: Collection[int] | None = None
) -> LostUpdate | None:
    """The lost update that a wrong result comes of, as far as the schedule shows it; None if it shows none.

    A write of a value that was there from the start is not based on what was read: it loses nothing, and what was lost
    before it does not matter. Nor does one under a condition that writes what the others wrote. Of several
    updates, the last one of what main, or the line that failed, looked at last.

    Args:
        source: the text of the program.
        line: where an assertion failed, if one did.
        rests_on: the steps that it rests on, one of which has to have read what was lost; None: not known.
    """
    blind = blind_lines(source)
    found = [lost for lost in lost_updates(trace) if trace.steps[lost.write].op.line not in blind]
    last_blind = {
        cell: index
        for index, step in enumerate(trace.steps)
        for cell, is_write in touched(step)
        if is_write and step.op.line in blind
    }
    constant = constant_lines(source)
    found = [lost for lost in found if trace.steps[lost.write].op.line not in constant or not is_same(trace, lost)]
    found = [lost for lost in found if lost.write > last_blind.get(lost.cell, -1)]
    if rests_on is not None:
        found = [lost for lost in found if any(n > lost.write and _reads(trace, n, lost.cell) for n in rests_on)]
    at_failure = _read_at(trace, line) if line is not None else set()
    for cells in (at_failure, _read_last(trace)):
        about = [lost for lost in found if lost.cell in cells]
        if about:
            return about[-1]
    return found[-1] if found else None


def is_same(trace: Trace, lost: LostUpdate) -> bool:
    """Whether all that was written over, too, was what was written."""
    return len({repr(value_at(trace, n, lost.cell)) for n in (*lost.others, lost.write)}) == 1


def _reads(trace: Trace, number: int, cell: Cell) -> bool:
    return any(touch.cell == cell and not touch.is_write for touch in touched(trace.steps[number]))


def _read_at(trace: Trace, line: int) -> set[Cell]:
    reads = (touched(step) for step in trace.steps if step.op.line == line)
    return {cell for touches in reads for cell, is_write in touches if not is_write}


def _read_last(trace: Trace) -> set[Cell]:
    """What main read after all that others wrote."""
    others = [n for n, step in enumerate(trace.steps) if step.task != "main" and any(t.is_write for t in touched(step))]
    late = trace.steps[others[-1] + 1 :] if others else trace.steps
    return {cell for step in late if step.task == "main" for cell, is_write in touched(step) if not is_write}


def blind_lines(source: str) -> set[int]:
    """The lines that write, into shared data, a value which no read can have decided about.

    That are plain assignments of constants, and of the arguments of a function that only processes are started with,
    under no condition. What comes behind an `if` that may leave the function, or the loop, is under its condition.
    """
    return _assignments(source, conditional=False)


def constant_lines(source: str) -> set[int]:
    """The same under any condition: a read may have decided whether, but not what is written."""
    return _assignments(source, conditional=True)


def _assignments(source: str, *, conditional: bool) -> set[int]:
    tree = tree_of(source)
    functions = [node.func for node in nodes_of(source) if isinstance(node, ast.Call)]
    called = {function.id for function in functions if isinstance(function, ast.Name)}
    methods = {function.attr for function in functions if isinstance(function, ast.Attribute)}
    found: set[int] = set()
    waiting: list[tuple[ast.AST, Collection[str]]] = [(tree, ())]
    while waiting:
        node, known = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = {arg.arg for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
            stored = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
            known = () if node.name in called | methods else arguments - stored
        if not conditional and isinstance(node, ast.If | ast.While) and not _is_known(node.test, ("__name__",)):
            continue
        match node:
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript(), *_]) if _is_known(node.value, known):
                found.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        waiting += [(child, known) for child in (ast.iter_child_nodes(node) if conditional else _unconditional(node))]
    return found


def _unconditional(node: ast.AST) -> Iterator[ast.AST]:
    """What a node consists of, without the statements behind one that may leave it."""
    for _, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield child
            if isinstance(child, ast.stmt) and _may_leave(child):
                break


def _may_leave(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return False
    tests = (node for node in ast.walk(statement) if isinstance(node, ast.If))
    return any(isinstance(node, _LEAVES) for test in tests for node in ast.walk(test))


_LEAVES = ast.Return | ast.Raise | ast.Break | ast.Continue
_COMPUTED = ast.Attribute | ast.Subscript | ast.Call | ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom


def _is_known(value: ast.expr, names: Collection[str]) -> bool:
    """Whether an expression holds nothing but constants and these names."""
    nodes = list(ast.walk(value))
    if any(isinstance(node, _COMPUTED) for node in nodes):
        return False
    return all(node.id in names for node in nodes if isinstance(node, ast.Name))


def read_of_the_same(trace: Trace, lost: LostUpdate) -> int | None:
    """The read of the first who wrote meanwhile, if it saw the very value that the loser had read."""
    if lost.seen != lost.read:
        return None
    other = trace.steps[lost.others[0]].task
    for index in range(lost.others[0] - 1, -1, -1):
        for cell, is_write in touched(trace.steps[index]):
            if cell == lost.cell and not is_write and trace.steps[index].task == other:
                return index
            if cell == lost.cell and is_write:
                return None
    return None


def overwriters(trace: Trace, lost: LostUpdate) -> tuple[str, ...]:
    """The processes whose writes were lost."""
    return tuple(dict.fromkeys(process_of(trace, trace.steps[index].task) for index in lost.others))
