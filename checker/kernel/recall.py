"""Remembers what operations do, since programs are run again and again.

An operation is a pure function of the cells that it looks at. So what it does is remembered under what it saw there,
in a tree: which cell it looks at first is always the same, which one next hangs on what was in the first, and so on.

    pending -> cell --- value ---> cell --- value ---> Evaluation
                    \\-- value ---> Evaluation

Operations and values are told apart by identity, never by `==`, for which True is 1 and 0.0 is -0.0. It still finds
what it should: requests are validated once by their bytes, so the same request is the same object, and of equal values
that are written one is kept. A tree holds what it knows, so that no identity in it can come to mean something else.

What an operation does hangs on the object that it is about as well: what is remembered of it is so for that record.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any, NamedTuple

from checker.kernel.cells import ABSENT, Handler, Left, Lookup, Pending, View
from checker.kernel.evaluation import Evaluation, evaluate
from checker.trace import Cell, ObjectRecord, Op

MAX_EVALUATIONS = 8192
"""When so many are remembered, all are forgotten: some 2 KB each."""
MAX_SIZE = 1024
"""Of a pickle in bytes, or a text in characters: what is longer is not remembered, nor what was done with it."""
_NUMBERS = (int, float, bool, type(None))


class _Look(NamedTuple):
    """A cell that is looked at, and where each value that was found there leads: to another look or an Evaluation."""

    cell: Cell
    edges: dict[int, tuple[Any, Any]]


class Recall:
    """The meaning of every operation, and what is remembered of it; for the kernels of many schedules.

    Args:
        handlers: the meaning of every operation, by its kind.
    """

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        self._handlers = handlers
        self._records: dict[str, tuple[list[Any], str, ObjectRecord]] = {}
        self._pendings: dict[tuple[str, int], tuple[Pending, ObjectRecord | None]] = {}
        self._waiting: dict[tuple[str, int, str], tuple[Pending, Pending]] = {}
        self._own: dict[tuple[str, str | None], Op] = {}
        self._values: dict[Any, Any] = {}
        self._count = 0

    def record(self, task: str, news: list[Any]) -> ObjectRecord:
        """The record of an object that `task` has created, `[identity, kind, args, line]`: the same for the same."""
        identity, kind, args, line = news
        known = self._records.get(identity)
        if known is not None and known[0] is news and known[1] == task:
            return known[2]
        record = ObjectRecord(kind, tuple(args), line, task)
        self._records[identity] = (news, task, record)
        return record

    def known(self, task: str, op: Op, record: ObjectRecord | None) -> Pending | None:
        """The first stage of an operation, if the task has asked for it before.

        `record` is that of `op.obj`. That of a memory's guard need not be looked at: what kind of lock it is, and no
        more can matter, is in its identity.
        """
        known = self._pendings.get((task, id(op)))
        return known[0] if known is not None and known[1] is record else None

    def first(self, task: str, process: str, op: Op, record: ObjectRecord | None) -> Pending:
        """The first stage of an operation, remembered if it is worth it."""
        pending = Pending(task, process, op, 0, 0)
        if _is_small(op):
            self._pendings[task, id(op)] = (pending, record)
        return pending

    def waiting(self, pending: Pending, left: Left) -> Pending:
        """The same step, blocked as long as nothing of `left` has changed."""
        key = (pending.task, id(pending.op), repr(left))
        known = self._waiting.get(key)
        if known is None or known[0] is not pending:
            waiting = Pending(pending.task, pending.process, pending.op, 0, 0, left)
            known = self._waiting[key] = (pending, waiting)
        return known[1]

    def own(self, kind: str, obj: str | None) -> Op:
        """An operation that the kernel gives itself."""
        op = self._own.get((kind, obj))
        if op is None:
            op = self._own[kind, obj] = Op(kind, obj, (), None)
        return op

    def evaluation(self, pending: Pending, lookup: Lookup, objects: Mapping[str, ObjectRecord]) -> Evaluation:
        """What `pending` would do in the state that `lookup` shows; see `evaluate`."""
        node = pending.memo.root
        while type(node) is _Look:
            edge = node[1].get(id(lookup(node[0], ABSENT)))
            if edge is None:
                break
            node = edge[1]
        else:
            if node is not None:
                return node  # type: ignore[no-any-return]
        evaluation, view = evaluate(pending, self._handlers[pending.op.kind], lookup, objects)
        if not any(map(_is_large, chain(view.seen.values(), view.writes.values()))):
            self._count += 1
            if self._count >= MAX_EVALUATIONS:
                self._forget()
            for cell, value in view.writes.items():
                view.writes[cell] = self._values.setdefault(_exactly(value), value)
            _remember(pending, view, evaluation)
        return evaluation

    def _forget(self) -> None:
        self._pendings.clear()
        self._waiting.clear()
        self._records.clear()
        self._values.clear()
        self._count = 0


def _is_small(op: Op) -> bool:
    return not _is_large(op.data) and all(
        type(value) in _NUMBERS or (type(value) is str and not _is_large(value)) for value in op.args
    )


def _is_large(value: Any) -> bool:
    return type(value) in (bytes, str) and len(value) > MAX_SIZE


def _exactly(value: Any) -> Any:
    """A key that is equal only for values that nothing can tell apart."""
    kind = type(value)
    if kind is tuple:
        return kind, tuple(map(_exactly, value))
    return kind, repr(value) if kind is float else value


def _remember(pending: Pending, view: View, evaluation: Evaluation) -> None:
    """Adds a path to the tree."""
    rest = iter(view.seen.items())
    cell, value = next(rest)  # the life of its process at least
    if pending.memo.root is None:
        pending.memo.root = _Look(cell, {})
    node: Any = pending.memo.root
    while True:
        assert node.cell == cell
        edge = node.edges.get(id(value))
        following = next(rest, None)
        if edge is None:
            edge = node.edges[id(value)] = (value, evaluation if following is None else _Look(following[0], {}))
        if following is None:
            return
        node, (cell, value) = edge[1], following
