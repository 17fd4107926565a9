"""What two explorers of one program say to each other, as data and as JSON: gifts, what has to be reversed, the end.

    giver -> taker    Gift       explore what begins so
    taker -> giver    Wish       explore this as well, from a state on the way there that is yours
                      Returned   all that begins so has been explored

The states of a gift are the path from the first one on; the last of them is the one from which the branch is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from checker.errors import MalformedMessage
from checker.strategies.nodes import Node
from checker.strategies.wakeup import Asleep, Branch, Grown, Taken, flat, grown
from checker.trace import Cell, Footprint, Json


@dataclass(frozen=True, slots=True)
class Gift:
    """A branch that the taker explores. `open_steps` are those of the path whose races are looked at again."""

    number: int
    path: tuple[Node, ...]
    open_steps: frozenset[int]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the taker of gift `number` wants explored from state `at` of its path, which is not his."""

    number: int
    at: int
    steps: tuple[Taken, ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """All that belongs to gift `number` has been explored. Then nothing of it is said any more."""

    number: int


Share: TypeAlias = Gift | Wish | Returned


def to_json(share: Share) -> Json:
    """The share as JSON."""
    match share:
        case Gift(number, path, open_steps):
            return ["gift", number, [_from_node(node) for node in path], sorted(open_steps)]
        case Wish(number, at, steps):
            return ["wish", number, at, [[step.task, _from_footprint(step.footprint)] for step in steps]]
        case Returned(number):
            return ["returned", number]


def from_json(value: Json) -> Share:
    """The share that `to_json` made this of.

    Raises:
        MalformedMessage: it is none.
    """
    try:
        match value:
            case ["gift", int(number), list(path), list(open_steps)] if path:
                return Gift(number, tuple(_to_node(node) for node in path), frozenset(map(int, open_steps)))
            case ["wish", int(number), int(at), list(steps)] if steps and at >= 0:
                return Wish(number, at, tuple(Taken(str(task), _to_footprint(told)) for task, told in steps))
            case ["returned", int(number)]:
                return Returned(number)
    except (TypeError, ValueError) as error:
        raise MalformedMessage(f"not a share: {error}") from None
    raise MalformedMessage("not a share")


def _from_node(node: Node) -> Json:
    sleep = [[task, _from_footprint(one.footprint), one.finished] for task, one in node.sleep.items()]
    assert node.footprint is not None
    return [list(node.enabled), sleep, _from_tree([node.now]), _from_tree(node.later), _from_footprint(node.footprint)]


def _to_node(value: Json) -> Node:
    enabled, sleep, now, later, footprint = value
    asleep = {str(task): Asleep(_to_footprint(told), bool(finished)) for task, told, finished in sleep}
    (branch,) = _to_tree(now)
    return Node(tuple(map(str, enabled)), asleep, branch, _to_tree(later), _to_footprint(footprint))


def _from_tree(tree: Sequence[Branch]) -> Json:
    return [[depth, task, _from_footprint(footprint)] for depth, task, footprint in flat(tree)]


def _to_tree(value: Json) -> list[Branch]:
    return grown([Grown(int(depth), str(task), _to_footprint(told)) for depth, task, told in value])


@lru_cache(maxsize=4096)
def _from_footprint(footprint: Footprint) -> Json:
    return [_from_cells(footprint.reads), _from_cells(footprint.writes), _from_cells(footprint.adds)]


def _from_cells(cells: Iterable[Cell]) -> Json:
    return sorted((_from_cell(cell) for cell in cells), key=repr)


def _to_footprint(value: Json) -> Footprint:
    reads, writes, adds = value
    return Footprint(_to_cells(reads), _to_cells(writes), _to_cells(adds))


def _to_cells(value: Json) -> frozenset[Cell]:
    return frozenset(map(_to_cell, value))


def _from_cell(cell: Cell) -> Json:
    if isinstance(cell, tuple):
        return [_from_cell(part) for part in cell]
    if cell is None or isinstance(cell, str | int):
        return cell
    raise TypeError(f"a cell of which a {type(cell).__name__} is a part")


def _to_cell(value: Json) -> Cell:
    return tuple(_to_cell(part) for part in value) if isinstance(value, list) else value
