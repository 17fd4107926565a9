"""Finds locks that are taken in opposite orders: a deadlock that did not happen in this schedule, but may in another.

Who holds one lock and waits for a second makes an edge from the first to the second. A cycle of edges of different
tasks is a possible deadlock, unless a lock that two of them hold keeps them apart (a gate), or a semaphore that does
not let in so many, or one is always over when another begins. After Havelund, "Using Runtime Analysis to Guide Model
Checking of Java Programs", SPIN 2000, and Bensalem and Havelund, "Dynamic Deadlock Analysis of Multi-threaded
Programs", HVC 2005.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from checker.analysis.accesses import guard_of
from checker.analysis.happens_before import Order, causes_with, happens_before
from checker.analysis.held import held_before, signals
from checker.analysis.names import Names
from checker.trace import Op, Trace

_LONGEST = 4
"""Cycles of more locks are not looked for."""


class Edge(NamedTuple):
    """A task that held `first` and took `second`; `first_at` and `second_at` are the steps, by their index.

    `held` are all the locks that it held when it took `second`, `places` the semaphores of several units, which let no
    more tasks in than they have units.
    """

    task: str
    first: str
    second: str
    first_at: int
    second_at: int
    held: frozenset[str]
    places: frozenset[tuple[str, int]]


def inversions(trace: Trace) -> tuple[tuple[Edge, ...], ...]:
    """The cycles of a schedule, one for each set of locks and lines; each edge takes what the next one holds."""
    edges = _edges(trace)
    if not edges:
        return ()
    order: Order | None = None
    found: dict[object, tuple[Edge, ...]] = {}
    for cycle in _cycles(edges):
        order = order or happens_before(trace, causes_with(signals(trace)))
        places = frozenset((trace.steps[e.first_at].op.line, trace.steps[e.second_at].op.line) for e in cycle)
        locks = frozenset(edge.first for edge in cycle)
        if (locks, places) not in found and not any(
            order.ordered(one.second_at, other.second_at) for one in cycle for other in cycle if one is not other
        ):
            found[locks, places] = cycle
    return tuple(found.values())


def _edges(trace: Trace) -> dict[str, list[Edge]]:
    """First lock -> the edges from it, alike ones of a task once."""
    found: dict[str, list[Edge]] = defaultdict(list)
    known: set[object] = set()
    held = held_before(trace)
    for index, step in enumerate(trace.steps):
        wanted = _waited_for(trace, step.op)
        locks = frozenset(holding.lock for holding in held[index] if holding.units == 1)
        if wanted is None or step.stage > 0 or not locks or wanted in locks:
            continue
        places = frozenset((holding.lock, holding.units) for holding in held[index] if holding.units > 1)
        for lock, since, units in held[index]:
            key = step.task, lock, wanted, step.op.line, trace.steps[since].op.line, locks, places
            if units == 1 and key not in known:
                known.add(key)
                found[lock].append(Edge(step.task, lock, wanted, since, index, locks, places))
    return found


def _waited_for(trace: Trace, op: Op) -> str | None:
    """The lock that the operation takes, and waits for without giving up: an acquire's, or the guard of an access."""
    match op.kind, op.args:
        case "lock.acquire", [True, None]:
            return op.obj
    return guard_of(trace, op.obj)


def _cycles(edges: dict[str, list[Edge]]) -> Iterator[tuple[Edge, ...]]:
    """Cycles of at most `_LONGEST` edges, from the smallest lock on, whose tasks differ and hold nothing in common."""
    todo: list[tuple[Edge, ...]] = [(edge,) for lock in sorted(edges) for edge in edges[lock]]
    while todo:
        path = todo.pop()
        start, last = path[0].first, path[-1].second
        if last == start:
            shared = frozenset.intersection(*(edge.places for edge in path))
            if all(len(path) <= units for _, units in shared):
                yield path
        elif len(path) < _LONGEST and last > start and all(last != edge.first for edge in path):
            todo += [
                (*path, edge)
                for edge in edges.get(last, ())
                if all(edge.task != other.task and edge.held.isdisjoint(other.held) for other in path)
            ]


def inversion_told(trace: Trace, names: Names, cycle: tuple[Edge, ...]) -> str:
    """A cycle as a sentence."""
    told = [
        f"{names.task(edge.task)} takes {names.object(edge.first)}{_at(trace, edge.first_at)}, then "
        f"{names.object(edge.second)}{_at(trace, edge.second_at)}"
        for edge in cycle
    ]
    each = "both" if len(cycle) == 2 else "all"
    return f"lock order: {'; '.join(told)}: if {each} have their first, none gets its second"


def _at(trace: Trace, index: int) -> str:
    line = trace.steps[index].op.line
    return "" if line is None else f" (line {line})"
