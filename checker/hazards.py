"""Gathers hazards: what hurt in none of the schedules that were looked at, and yet is in the program."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from checker.analysis.lock_order import inversion_told, inversions
from checker.analysis.names import names_of
from checker.analysis.races import broken_updates, data_races, race_told, update_told
from checker.analysis.targets import called_targets
from checker.result import Hazard, HazardKind
from checker.trace import Trace


class Seen(NamedTuple):
    """One hazard in one trace; `steps` are those that make it, by their index, `sentence` says it."""

    kind: HazardKind
    sentence: str
    steps: tuple[int, ...]

    def tasks(self, trace: Trace) -> tuple[str, ...]:
        """The paths of the tasks that take part."""
        return tuple(dict.fromkeys(trace.steps[index].task for index in self.steps))

    def lines(self, trace: Trace) -> tuple[int, ...]:
        """The lines of its steps."""
        lines = (trace.steps[index].op.line for index in self.steps)
        return tuple(sorted({line for line in lines if line is not None}))


def seen_in(trace: Trace, source: str, kinds: Collection[HazardKind]) -> Iterator[Seen]:
    """The hazards of these kinds in one trace of the program with the text `source`."""
    if HazardKind.DATA_RACE in kinds or HazardKind.ATOMICITY in kinds:
        yield from _about_data(trace, source, kinds)
    if HazardKind.LOCK_ORDER in kinds and (cycles := inversions(trace)):
        names = names_of(source, trace)
        for cycle in cycles:
            steps = tuple(index for edge in cycle for index in (edge.first_at, edge.second_at))
            yield Seen(HazardKind.LOCK_ORDER, inversion_told(trace, names, cycle), steps)


def _about_data(trace: Trace, source: str, kinds: Collection[HazardKind]) -> Iterator[Seen]:
    races = data_races(trace)
    updates = broken_updates(trace, races) if HazardKind.ATOMICITY in kinds else ()
    names = names_of(source, trace) if races or updates else None
    if names is None:
        return
    for race in races if HazardKind.DATA_RACE in kinds else ():
        yield Seen(HazardKind.DATA_RACE, race_told(trace, names, race), (race.one, race.other))
    for lost in updates:
        steps = (lost.read, lost.others[-1], lost.write)
        yield Seen(HazardKind.ATOMICITY, update_told(trace, names, lost), steps)


def hazards_of(traces: Iterable[Trace], source: str, kinds: Collection[HazardKind]) -> tuple[Hazard, ...]:
    """The hazards of these kinds in traces that passed, each thing and set of lines once."""
    found: dict[object, Hazard] = {}
    if HazardKind.CALLED_TARGET in kinds:
        for target in called_targets(source):
            found[target] = Hazard(HazardKind.CALLED_TARGET, target.told, (target.line,), ())
    for trace in traces:
        for seen in seen_in(trace, source, kinds):
            names = names_of(source, trace)
            objects = frozenset(names.object(trace.steps[index].op.obj) for index in seen.steps)
            hazard = Hazard(seen.kind, seen.sentence, seen.lines(trace), tuple(map(names.task, seen.tasks(trace))))
            found.setdefault((seen.kind, hazard.lines, objects), hazard)
    return tuple(found.values())
