"""What is behind a failure: who takes part in it, where it was raised, and the story that led there."""

from __future__ import annotations

from dataclasses import replace

from checker.analysis.accesses import suppliers
from checker.analysis.exceptions import headline, own_lines
from checker.analysis.failing import raised_after
from checker.analysis.names import Names
from checker.analysis.order import order_told
from checker.analysis.refused import refused_told, who_refused
from checker.analysis.slices import rests_on
from checker.analysis.story import story_of_result, story_of_wait
from checker.analysis.told import NO_STORY, Story
from checker.judge import Failure
from checker.result import Kind
from checker.trace import Trace


def involved(failure: Failure, trace: Trace) -> tuple[str, ...]:
    """The tasks of a failure; where an assertion failed, those too from whom it got what it looked at."""
    if _is_empty(failure):
        return (*failure.tasks, *who_refused(trace, failure.tasks[0]))
    if not is_assertion(failure):
        return failure.tasks
    return tuple(dict.fromkeys((*failure.tasks, *suppliers(trace, failure.tasks))))


def is_assertion(failure: Failure) -> bool:
    """Whether the program itself said that a result is wrong."""
    return headline(failure.traceback or "").startswith("AssertionError")


def _is_empty(failure: Failure) -> bool:
    return failure.kind is Kind.EXCEPTION and headline(failure.traceback or "") in ("_queue.Empty", "queue.Empty")


def story_of(failure: Failure, trace: Trace, names: Names, source: str) -> Story:
    """The causes and effects that led there, where they are known."""
    match failure.kind:
        case Kind.WRONG_RESULT:
            return story_of_result(trace, names, source, until=_print_of(trace, failure.actual))
        case Kind.EXCEPTION if is_assertion(failure):  # the program's own word for a wrong result
            after = raised(failure, trace, source)
            until = None if after is None else after + 1
            looks = rests_on(trace, source, failure.tasks[0], own_lines(failure.traceback or ""), until)
            story = story_of_result(trace, names, source, failure.line, until, looks)
            before = replace(trace, steps=trace.steps[:until])
            return story if story.told else order_told(before, names, source, failure.line, failure.tasks[0])
        case Kind.EXCEPTION if _is_empty(failure):
            return refused_told(trace, names, failure.tasks[0])
        case Kind.HANG:
            return story_of_wait(trace, names, source)
        case Kind.DEADLOCK:
            return story_of_wait(trace, names, source, failure.tasks)
    return NO_STORY


def raised(failure: Failure, trace: Trace, source: str) -> int | None:
    """The step behind which the failure's exception was raised, from 0; None where that is not known."""
    return raised_after(trace, failure.traceback or "", source, failure.tasks)


def _print_of(trace: Trace, line: str | None) -> int | None:
    """The step that printed that line first; None, if none did."""
    for number, step in enumerate(trace.steps):
        if line and step.op.kind == "stdout.write" and line in step.op.args[0].splitlines():
            return number
    return None
