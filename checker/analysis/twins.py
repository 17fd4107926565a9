"""Finds things that look like one in the source, while each process has made its own: a lock at module level, say."""

from __future__ import annotations

from collections import defaultdict

from checker.analysis.forks import forks
from checker.analysis.names import Names, natural
from checker.trace import ObjectRecord, Trace

_MOST_NAMED = 3
_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five"}
_WORDS = {
    "rlock": "RLock",
    "semaphore": "Semaphore",
    "bounded_semaphore": "BoundedSemaphore",
    "simple_queue": "queue",
}


def twins_told(trace: Trace, names: Names) -> str:
    """A sentence about objects of one kind, made on one line, of which each process used only its own; "" if none."""
    users: dict[str, set[str]] = defaultdict(set)
    for task, op in (*((step.task, step.op) for step in trace.steps), *((wait.task, wait.op) for wait in trace.waits)):
        if op.obj is not None and op.obj in trace.objects:
            users[op.obj].add(trace.tasks[task].process if task in trace.tasks else task)
    guards = {record.args[2] for record in trace.objects.values() if record.kind == "memory"}
    groups: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    for identity in users:
        record = trace.objects[identity]
        if identity not in guards and record.line is not None and users[identity] == {record.creator}:
            groups[record.kind, record.line].setdefault(record.creator, identity)
    for (kind, line), made in sorted(groups.items(), key=lambda group: group[0][0] != "memory"):  # locks guard it
        if len(made) > 1:
            shown = [names.object(made[creator]) for creator in sorted(made, key=natural)]
            imported = any((r.kind, r.line, r.creator) == (kind, line, "main") for r in trace.objects.values())
            spawned = imported and not forks(trace)
            who = "each process that is spawned, not forked, imports the file and" if spawned else "each process"
            word = _word(trace.objects[next(iter(made.values()))])
            count = _NUMBERS.get(len(made), str(len(made)))
            own = "its own (right under fork, wrong under spawn)" if spawned else "its own"
            return f"{_listed(shown)} are {count} {word}s: {who} makes {own}; pass one {word} as an argument"
    return ""


def _word(record: ObjectRecord) -> str:
    if record.kind == "memory":
        return "Value" if record.args[0] == 1 else "Array"
    return _WORDS.get(record.kind, record.kind)


def _listed(shown: list[str]) -> str:
    if len(shown) > _MOST_NAMED:
        shown = [*shown[: _MOST_NAMED - 1], f"{len(shown) - _MOST_NAMED + 1} more"]
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
