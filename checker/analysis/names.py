"""The student's own names for the objects and tasks of a trace: `alice`, not "Lock 2".

The worker says on which line an object was created; the source says what that line calls it. Where the source says
nothing, an object is called by its kind and number. No two objects of a trace, and no two tasks, share a name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from checker.analysis.creations import INDEX, NUMBER, Creation, creations
from checker.trace import ObjectRecord, TaskRecord, Trace

_MAX_NAME_CHARS = 60
_WORDS = {"rlock": "RLock", "bounded_semaphore": "BoundedSemaphore", "simple_queue": "SimpleQueue"}


@dataclass(frozen=True, slots=True)
class Names:
    """What objects and tasks are called in a report, by their identities."""

    objects: Mapping[str, str]
    tasks: Mapping[str, str]

    def object(self, identity: str | None) -> str:
        """The name of an object or a process; the identity itself where nothing is known of it, "" for None."""
        if identity is None:
            return ""
        return self.objects.get(identity) or self.tasks.get(identity) or identity

    def task(self, path: str) -> str:
        """The name of a task or a process; its path where nothing is known of it."""
        return self.tasks.get(path, path)


def names_of(source: str, trace: Trace) -> Names:
    """Names for everything in `trace`, a schedule of the program with the text `source`. Never raises for any text."""
    tasks = _task_names(trace.tasks)
    return Names(_object_names(source, trace.objects, tasks), tasks)


def is_counted(trace: Trace, identity: str | None) -> bool:
    """Whether one can hold several units of the object."""
    record = trace.objects.get(identity or "")
    return record is not None and record.kind in ("semaphore", "bounded_semaphore")


def held_told(trace: Trace, names: Names, identity: str, units: int) -> str:
    """What somebody holds, in words: "alice", "2 of printers"."""
    return f"{units} of {names.object(identity)}" if is_counted(trace, identity) else names.object(identity)


def natural(identity: str) -> tuple[tuple[str, int], ...]:
    """A sorting key in which "main.10" comes after "main.2"."""
    return tuple((text, int(number or -1)) for text, number in re.findall(r"([^0-9]*)([0-9]*)", identity))


def _task_names(tasks: Mapping[str, TaskRecord]) -> dict[str, str]:
    """Process names; "main" for the first, as `MainProcess` says less; helping tasks by their process."""
    processes = {
        t.path: "main" if t.path == "main" else _short(t.name) or t.path for t in tasks.values() if t.path == t.process
    }
    processes = _unique(processes, [lambda path, name: f"{name} ({path})"])
    helpers = {
        t.path: f"{processes.get(t.process, t.process)}'s {t.role}" for t in tasks.values() if t.path != t.process
    }
    return processes | _unique(helpers, [_numbered(helpers)])


def _short(name: str) -> str:
    return name if len(name) <= _MAX_NAME_CHARS else f"{name[: _MAX_NAME_CHARS - 3]}..."


def _object_names(source: str, objects: Mapping[str, ObjectRecord], tasks: Mapping[str, str]) -> dict[str, str]:
    calls = creations(source)
    guards = {record.args[2]: identity for identity, record in objects.items() if _has_guard(record)}
    groups: dict[tuple[str, str, int | None], list[str]] = defaultdict(list)
    for identity in sorted(objects, key=natural):
        record = objects[identity]
        groups[record.creator, record.kind, record.line].append(identity)
    names: dict[str, str] = {}
    for (creator, kind, line), identities in groups.items():
        if line is not None:
            here, count = _calls_at(calls, kind, line), len(identities)
            members = _members(calls, here, count) if creator == "main" and count > 1 else []
            names.update(zip(identities, members or _labels(here, count), strict=False))
    for identity, record in objects.items():
        if not names.get(identity):
            names[identity] = f"{_word(record)} {identity.rpartition('.')[2]}"
            if identity in guards and guards[identity] in objects:
                names[identity] = ""
    for guard, memory in guards.items():
        if guard in names and not names[guard]:
            names[guard] = f"{names[memory]}.get_lock()"
    return _unique(names, [_by_creator(objects, tasks), _by_line(objects), _numbered(names)])


def _has_guard(record: ObjectRecord) -> bool:
    return record.kind == "memory" and len(record.args) == 3 and isinstance(record.args[2], str)


def _calls_at(calls: Iterable[Creation], kind: str, line: int) -> list[Creation]:
    """The calls that can have created an object of this kind on this line, best knowledge first."""
    here = [call for call in calls if call.kind == kind and call.first_line <= line <= call.last_line]
    exact = [call for call in here if line in (call.first_line, call.name_line)]
    return exact or here


def _members(calls: Iterable[Creation], here: list[Creation], count: int) -> list[str]:
    """Labels for `count` objects that a constructor made, one for each instance: "alice.lock"; [] where not sure.

    It is sure where the instances are made one by one, in one function, or all of them by one call.
    """
    if len(here) != 1 or not here[0].owner or len(here[0].labels) != 1 or _is_numbered(here[0]):
        return []
    made = sorted((call for call in calls if call.kind == here[0].owner), key=lambda call: call.first_line)
    by_one = len(made) == 1 and (_is_numbered(made[0]) or len(made[0].labels) == count)
    one_by_one = len(made) == count and all(len(call.labels) == 1 and not _is_numbered(call) for call in made)
    if not by_one and not (one_by_one and len({call.scope for call in made}) == 1):
        return []
    return [f"{label}.{here[0].labels[0]}" for label in _labels(made, count)]


def _is_numbered(call: Creation) -> bool:
    return any(sign in label for label in call.labels for sign in INDEX + NUMBER)


def _labels(calls: list[Creation], count: int) -> list[str]:
    """Labels for `count` objects that these calls created, in order; "" where there is none."""
    if not calls:
        return []
    looped = [call for call in calls if len(call.labels) > 1 or _is_numbered(call)]
    if not looped or len(looped) == len(calls):
        rounds = -(-count // len(calls))
        return [_label(calls[j % len(calls)], j // len(calls), rounds) for j in range(count)]
    before = calls.index(looped[0])
    after = len(calls) - before - len(looped)
    middle = max(count - before - after, 0)
    head = [_label(call, 0, 1) for call in calls[:before]]
    body = [_label(looped[j % len(looped)], j // len(looped), middle) for j in range(middle)]
    return [*head, *body, *(_label(call, 0, 1) for call in calls[len(calls) - after :])]


def _label(call: Creation, number: int, rounds: int) -> str:
    """The label of a call in its round `number` (from 0) of `rounds`."""
    if not call.labels:
        return ""
    label = call.labels[number % len(call.labels)]
    again = number // len(call.labels)
    if INDEX in label or NUMBER in label:
        return label.replace(INDEX, str(number)).replace(NUMBER, str(number + 1))
    return f"{label} #{again + 1}" if rounds > len(call.labels) else label


def _word(record: ObjectRecord) -> str:
    if record.kind == "memory":
        return "Array" if record.args and record.args[0] != 1 else "Value"
    if record.kind == "queue" and record.args[1:] == (True,):
        return "JoinableQueue"
    return _WORDS.get(record.kind) or record.kind.replace("_", " ").title().replace(" ", "")


_Qualify = Callable[[str, str], str]


def _by_creator(objects: Mapping[str, ObjectRecord], tasks: Mapping[str, str]) -> _Qualify:
    def qualify(identity: str, name: str) -> str:
        creator = objects[identity].creator
        return name if creator == "main" else f"{name} of {tasks.get(creator, creator)}"

    return qualify


def _by_line(objects: Mapping[str, ObjectRecord]) -> _Qualify:
    def qualify(identity: str, name: str) -> str:
        line = objects[identity].line
        return name if line is None else f"{name} (line {line})"

    return qualify


def _numbered(names: Iterable[str]) -> _Qualify:
    number = {identity: n for n, identity in enumerate(sorted(names, key=natural), start=1)}
    return lambda identity, name: f"{name} #{number[identity]}"


def _unique(names: Mapping[str, str], qualifiers: list[_Qualify]) -> dict[str, str]:
    """The same names, each qualifier in turn put on those that are still shared."""
    result = dict(names)
    for qualify in qualifiers:
        count = Counter(result.values())
        result = {identity: qualify(identity, name) if count[name] > 1 else name for identity, name in result.items()}
    count = Counter(result.values())
    return {identity: f"{name} ({identity})" if count[name] > 1 else name for identity, name in result.items()}
