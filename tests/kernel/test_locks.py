"""The kernel's locks answer as CPython's do: the same sequence of calls, the same answers and exceptions."""

from __future__ import annotations

import multiprocessing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.kernel import Done, Failed, Kernel
from tests.scripts import acquire, op, release

MAKERS: dict[str, tuple[str, list[Any], Any]] = {
    "lock": ("lock", [], multiprocessing.Lock),
    "rlock": ("rlock", [], multiprocessing.RLock),
    "semaphore": ("semaphore", [2], lambda: multiprocessing.Semaphore(2)),
    "bounded_semaphore": ("bounded_semaphore", [2], lambda: multiprocessing.BoundedSemaphore(2)),
}
CALLS = st.lists(st.sampled_from(["try", "timed", "release", "value"]), max_size=12)


def real(lock: Any, call: str) -> Any:
    try:
        match call:
            case "try":
                return lock.acquire(False)
            case "timed":
                return lock.acquire(True, 0.0)
            case "value":
                return lock._semlock._get_value()
            case _:
                return lock.release()
    except (ValueError, AssertionError) as error:
        return type(error).__name__, str(error)


@pytest.mark.parametrize("kind", MAKERS)
@settings(deadline=None, max_examples=100)
@given(calls=CALLS)
def test_the_same_calls_get_the_same_answers(kind: str, calls: list[str]) -> None:
    kind, args, make = MAKERS[kind]
    name = f"main/{kind}.1"
    kernel, lock = Kernel(), make()
    kernel.step("main")
    kernel.create("main", [[name, kind, args, None]])
    asked = {"try": acquire(name, block=False), "timed": acquire(name, timeout=0.0), "release": release(name)}
    for call in calls:
        kernel.submit("main", asked.get(call, op("lock.value", name)))
        outcome = kernel.step("main").outcome
        said = outcome.answer if isinstance(outcome, Done) else tuple(outcome) if isinstance(outcome, Failed) else None
        assert said == real(lock, call)
