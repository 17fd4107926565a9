"""The wait-for graph of a stuck schedule: deadlock or hang, who takes part, and who waits for whom in words.

A waiting task points to everyone who could ever release what it waits for: those who took it, as a rule; where others
give it back than take it, as those who count items with a semaphore do, they (`givers`); of a queue, those who could
put an item, or make room, by the text of the program. It is deadlocked if there is somebody to point to who has not
ended, and all of those are deadlocked themselves (the greatest set with this property). If no task is, the schedule is
a hang: what is waited for was last held by tasks that have ended, or by nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from checker.analysis.accesses import guard_of
from checker.analysis.ahead import Ahead
from checker.analysis.givers import Givers
from checker.analysis.names import Names, held_told, is_counted, natural
from checker.analysis.steps import failure
from checker.counts import listed
from checker.trace import Step, Trace, Wait

_CONSUMING = {"queue.put": "queue.get", "queue.feed": "queue.get", "simple_queue.put": "simple_queue.get"}


class WaitTold(NamedTuple):
    """One line of "who waits for whom", in the student's names; the fields of a report's `WaitLine`."""

    task: str
    holds: tuple[str, ...]
    waits_for: str


@dataclass(frozen=True, slots=True)
class Stuck:
    """What a stuck schedule is.

    `tasks` are the paths of the tasks that take part, in the order of their lanes. `cycle` are the paths of a shortest
    circle of a deadlock, each waiting for the next and the last for the first; empty for a hang. `waits` has one line
    for each task that takes part and waits. `line` is where to look first, if known: where the last of them got stuck,
    or where a process that ended took the lock that it kept, or was killed with it.
    """

    deadlock: bool
    tasks: tuple[str, ...]
    cycle: tuple[str, ...]
    waits: tuple[WaitTold, ...]
    line: int | None


def stuck(trace: Trace, names: Names, source: str = "") -> Stuck:
    """Judges a trace whose ending is STUCK; every task that has not ended is among its `waits`.

    `source` is the text of the program.
    """
    givers = Givers(trace, Ahead(trace, names, source))
    waits = {wait.task: wait for wait in sorted(trace.waits, key=lambda wait: natural(wait.task))}
    holders = {task: _could_release(trace, givers, wait) for task, wait in waits.items()}
    edges = {task: _waiting(trace, waits, task, holders[task]) for task in waits}
    dead = _deadlocked(trace, edges, holders)
    if dead:
        part = _sink(dead, edges)
        cycle = _shortest_cycle(part, edges)
        counted = any(is_counted(trace, waits[task].obj) for task in cycle)  # then any unit would do: all take part
        tasks = part if counted or len(part) <= 3 else tuple(sorted(cycle, key=natural))
    else:
        cycle = ()
        part = _roots(trace, edges)
        others = {h for task in part for h in (*holders[task], *_rivals(trace, waits[task]))}
        unowned = {task for task in part if givers.of(waits[task])}  # no holders to show, but who waits for its takers
        others |= {task for task in edges if unowned & set(edges[task]) and givers.of(waits[task])}
        others -= set(part)
        tasks = (*part, *sorted(others, key=natural))
        tasks = (*(task for task in _who_join(trace, part, edges) if task not in tasks), *tasks)
    told = tuple(_told(trace, names, givers, waits[task], holders[task]) for task in tasks if task in waits)
    line = _line_of_the_end(trace, [(waits[task], holders[task]) for task in part]) if not dead else None
    waiting = [waits[task] for task in part] if any(waits[t].op.line for t in part) else [waits[t] for t in edges]
    return Stuck(bool(dead), tasks, cycle, told, line or _last_line(trace, waiting))


def _could_release(trace: Trace, givers: Givers, wait: Wait) -> tuple[str, ...]:
    """Everyone who could ever release what is waited for.

    Room in a queue has no holder: those could make it who have taken from that queue before.
    """
    if wait.op.kind == "process.join" and wait.obj is not None:
        return (wait.obj,)
    given = givers.of(wait)
    if given is not None:
        return given.tasks
    if wait.holders:
        return tuple(dict.fromkeys(wait.holders))
    if wait.op.kind == "queue.join_thread":
        helpers = (t.path for t in trace.tasks.values() if t.role == "feeder" and t.path.endswith(f".{wait.op.obj}"))
        own = wait.task + "/"
        return tuple(path for path in helpers if path.startswith(own))
    taking = _CONSUMING.get(wait.op.kind)
    return tuple(dict.fromkeys(s.task for s in trace.steps if s.op.kind == taking and s.op.obj == wait.op.obj))


def _rivals(trace: Trace, wait: Wait) -> set[str]:
    """Who has taken from the queue before, where the waiting task finds nothing."""
    if wait.op.kind not in _CONSUMING.values():
        return set()
    return {s.task for s in trace.steps if s.done and (s.op.kind, s.op.obj) == (wait.op.kind, wait.op.obj)}


def _roots(trace: Trace, edges: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The tasks of a hang that wait for nobody who waits; an idle feeder is not one of them beside others."""
    roots = [task for task in edges if not edges[task]]
    own = [task for task in roots if task not in trace.tasks or trace.tasks[task].role != "feeder"]
    return tuple(own or roots or edges)


def _who_join(trace: Trace, part: tuple[str, ...], edges: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Where only feeders are stuck: those who wait for them, and for the ends of their processes."""
    if any(task not in trace.tasks or trace.tasks[task].role != "feeder" for task in part):
        return ()
    return tuple(task for task in edges if task not in part and _reach(task, edges) & set(part))


def _line_of_the_end(trace: Trace, stuck_on: Iterable[tuple[Wait, tuple[str, ...]]]) -> int | None:
    """Where a lock was taken that is held to the end by one who has ended: or where another one killed that."""
    for wait, holders in stuck_on:
        wanted = guard_of(trace, wait.obj) or wait.obj
        ended = [path for path in holders if _has_ended(trace, path)] if wait.op.kind != "process.join" else []
        kept: list[Step] = []
        killed: list[Step] = []
        for step in trace.steps:
            if step.op.kind == "process.signal" and step.op.obj in ended:
                killed.append(step)
            elif step.task in ended and (step.op.kind, step.op.obj, step.answer) == ("lock.acquire", wanted, True):
                kept.append(step)
            elif step.op.kind == "lock.release" and step.op.obj == wanted and failure(step) is None and step.done:
                last = next((one for one in reversed(kept) if one.task == step.task), None)
                kept = [one for one in kept if one is not last]
        for step in (*reversed(killed), *reversed(kept)):
            if step.op.line is not None:
                return step.op.line
    return None


def _has_ended(trace: Trace, path: str) -> bool:
    """Whether a task or process has ended. One that never began counts as ended: it will not release anything."""
    record = trace.tasks.get(path)
    return record is None or record.exit_code is not None


def _waiting(trace: Trace, waits: Mapping[str, Wait], task: str, holders: Iterable[str]) -> tuple[str, ...]:
    """Those of the holders that are waiting themselves; all others have ended.

    Beside one who has ended, nobody waits for himself: what that one kept is what is missing.
    """
    ended = any(_has_ended(trace, path) for path in holders)
    return tuple(p for p in holders if p in waits and not _has_ended(trace, p) and not (ended and p == task))


def _deadlocked(
    trace: Trace, edges: Mapping[str, tuple[str, ...]], holders: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    dead = {task for task in edges if edges[task]}
    changed = True
    while changed:
        gone = {t for t in dead if any(h not in dead and not _has_ended(trace, h) for h in holders[t])}
        changed = bool(gone)
        dead -= gone
    return tuple(task for task in edges if task in dead)


def _reach(start: str, edges: Mapping[str, tuple[str, ...]]) -> set[str]:
    """All tasks that can be reached from `start` by at least one edge."""
    seen: set[str] = set()
    todo = list(edges[start])
    while todo:
        task = todo.pop()
        if task not in seen:
            seen.add(task)
            todo.extend(edges[task])
    return seen


def _sink(dead: tuple[str, ...], edges: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """A smallest set of tasks that wait only for each other: the others merely wait for these."""
    reach = {task: _reach(task, edges) for task in dead}
    closed = [task for task in dead if all(task in reach[other] for other in reach[task])]
    root = min(closed, key=lambda task: len(reach[task]))
    return tuple(task for task in dead if task in reach[root])


def _shortest_cycle(part: tuple[str, ...], edges: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    best: tuple[str, ...] = ()
    for start in part:
        paths: list[tuple[str, ...]] = [(start,)]
        seen: set[str] = set()
        while paths:
            path = paths.pop(0)
            if start in edges[path[-1]] and (len(path) > 1 or len(part) == 1):
                if not best or len(path) < len(best):
                    best = path
                break
            for task in edges[path[-1]]:
                if task not in seen and task != path[-1]:
                    seen.add(task)
                    paths.append((*path, task))
    return best


def _told(trace: Trace, names: Names, givers: Givers, wait: Wait, holders: tuple[str, ...]) -> WaitTold:
    held = Counter(thing for thing in trace.holds.get(wait.task, ()) if not givers.are_others(thing))
    holds = tuple(held_told(trace, names, identity, units) for identity, units in held.items())
    return WaitTold(names.task(wait.task), holds, _waited_for(trace, names, givers, wait, holders))


def _waited_for(trace: Trace, names: Names, givers: Givers, wait: Wait, holders: tuple[str, ...]) -> str:
    given = givers.of(wait)
    who = "" if given is None else given.told(trace, names, wait)
    name = names.object(wait.op.obj)
    match wait.op.kind:
        case "process.join":
            return f"the end of {name}"
        case "queue.get" | "simple_queue.get":
            return f"an item in {name}{who}"
        case "queue.put" | "queue.feed" | "simple_queue.put":
            return f"room in {name}{who}"
        case "queue.join":
            return _missing(trace, names, wait.op.obj)
        case "queue.join_thread":
            return f"the feeder of {name}"
    wanted = guard_of(trace, wait.obj) or wait.obj
    name = names.object(wanted)
    if given is not None:
        return f"{'one of ' if is_counted(trace, wanted) else ''}{name}{who}"
    if is_counted(trace, wanted):
        name = f"one more of {name}" if wanted in trace.holds.get(wait.task, ()) else f"one of {name}"
    elif wanted in trace.holds.get(wait.task, ()):
        return f"{name}, which it holds itself"
    if holders and all(_has_ended(trace, path) for path in holders):
        return f"{name}, which {listed([names.task(path) for path in holders])} held to the end"
    ended = [names.task(path) for path in holders if _has_ended(trace, path)]
    return f"{name}, of which {listed(ended)} kept some to the end" if ended else name


def _missing(trace: Trace, names: Names, queue: str | None) -> str:
    """How often task_done() is missing, and of those who got more than they said to be done."""
    owed: Counter[str] = Counter()
    count = 0
    for step in trace.steps:
        if step.op.obj != queue or not step.done or failure(step) is not None:
            continue
        match step.op.kind:
            case "queue.put":
                count += 1
            case "queue.get":
                owed[step.task] += 1
            case "queue.task_done":
                owed[step.task] -= 1
                count -= 1
    name = names.object(queue)
    if count < 1:
        return f"the last task_done() of {name}"
    owing = sorted((task for task in owed if owed[task] > 0), key=natural)
    who = listed([f"{names.task(task)} ({owed[task]})" for task in owing])
    more = f"{count} more task_done() of {name}"
    return f"{more}, which {who} did not call for what came from it" if who else more


def _last_line(trace: Trace, waits: list[Wait]) -> int | None:
    """The line of the task that got stuck last: its last step before that came latest."""
    last = {step.task: index for index, step in enumerate(trace.steps)}
    known = [wait for wait in waits if wait.op.line is not None]
    return max(known, key=lambda wait: last.get(wait.task, -1)).op.line if known else None
