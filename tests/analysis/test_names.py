"""The student's own names, from nothing but the text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.analysis.creations import creations
from checker.analysis.names import names_of
from checker.trace import ObjectRecord
from tests.analysis.traces import MAIN, lock, task, trace

ROOT = Path(__file__).resolve().parent.parent.parent


def names(source: str, *records: ObjectRecord, tasks=(MAIN,)) -> list[str]:
    """Names of objects that were created in this order."""
    counts: dict[tuple[str, str], int] = {}
    objects = {}
    for record in records:
        key = record.creator, record.kind
        counts[key] = counts.get(key, 0) + 1
        objects[f"{record.creator}/{record.kind}.{counts[key]}"] = record
    found = names_of(source, trace(tasks=tasks, objects=objects)).objects
    return [found[identity] for identity in objects]


def memory(line: int, elements: int = 1, guard: str | None = None, creator: str = "main") -> ObjectRecord:
    return ObjectRecord("memory", (elements, 0, guard), line, creator)


@pytest.mark.parametrize(
    ("source", "lines", "expected"),
    [
        ("alice = Lock()", [1], ["alice"]),
        ("alice: object = multiprocessing.Lock()", [1], ["alice"]),
        ("a, b = Lock(), Lock()", [1, 1], ["a", "b"]),
        ("(a, (b, c)) = Lock(), (Lock(), Lock())", [1, 1, 1], ["a", "b", "c"]),
        ("a, b = [Lock() for _ in range(2)]", [1, 1], ["a", "b"]),
        ("a, b = (Lock() for _ in range(2))", [1, 1], ["a", "b"]),
        ("forks = [Lock() for _ in range(3)]", [1, 1, 1], ["forks[0]", "forks[1]", "forks[2]"]),
        ("forks = tuple(Lock() for _ in range(2))", [1, 1], ["forks[0]", "forks[1]"]),
        ("forks = [\n    Lock()\n    for _ in range(2)\n]", [2, 2], ["forks[0]", "forks[1]"]),
        ("forks = [Lock(), Lock()]", [1, 1], ["forks[0]", "forks[1]"]),
        ("forks = [\n    Lock(),\n    Lock(),\n]", [2, 3], ["forks[0]", "forks[1]"]),
        ("forks = [Lock()] * 3", [1], ["forks[0]"]),
        ("locks = {'a': Lock(), 'b': Lock()}", [1, 1], ["locks['a']", "locks['b']"]),
        ("locks = {n: Lock() for n in names}", [1, 1], ["locks #1", "locks #2"]),
        ("locks = {}\nfor n in names:\n    locks[n] = Lock()", [3, 3], ["locks #1", "locks #2"]),
        ("forks = []\nfor n in range(2):\n    forks.append(Lock())", [3, 3], ["forks[0]", "forks[1]"]),
        ("grid = [[Lock() for _ in r] for _ in r]", [1, 1], ["grid #1", "grid #2"]),
        ("class A:\n    def __init__(self):\n        self.lock = Lock()", [3], ["lock"]),
        ("class A:\n    def __init__(self):\n        self.lock = Lock()", [3, 3], ["lock #1", "lock #2"]),
        ("alice = Lock(\n    # whose\n)", [1], ["alice"]),
        ("alice = (\n    multiprocessing\n    .Lock()\n)", [3], ["alice"]),
        ("from multiprocessing import Lock as L\nalice = L()", [2], ["alice"]),
        ("if (alice := Lock()):\n    pass", [1], ["alice"]),
        ("alice = bob = Lock()", [1], ["alice"]),
        ("alice = Lock() if fair else Lock()", [1], ["alice"]),
        ("def account(lock, balance): ...\nalice = account(Lock(), 3)", [2], ["alice.lock"]),
        ("alice = Account(lock=Lock())", [1], ["alice.lock"]),
        ("bank = [Account(lock=Lock()) for _ in r]", [1, 1], ["bank[0].lock", "bank[1].lock"]),
        ("def work(a, gate): ...\np = Process(target=work, args=(1, Lock()))", [2], ["gate"]),
        ("def f(gate=Lock()): ...", [1], ["gate"]),
        ("def make():\n    return Lock()\na = make()", [2, 2], ["Lock 1", "Lock 2"]),
        ("x = 1", [1, None], ["Lock 1", "Lock 2"]),
        ("not python at all", [1, 1], ["Lock 1", "Lock 2"]),
        ("def f():\n    lock = Lock()\ndef g():\n    lock = Lock()", [2, 4], ["lock (line 2)", "lock (line 4)"]),
    ],
)
def test_locks_get_the_names_of_the_source(source, lines, expected):
    assert names(source, *(lock(line) for line in lines)) == expected


def test_kinds_on_one_line_are_told_apart():
    source = "jobs, gate, count = Queue(), Semaphore(2), Value('i', 0)"
    records = [lock(1, kind="queue", args=(0, False)), lock(1, kind="semaphore", args=(2,)), memory(1)]
    assert names(source, *records) == ["jobs", "gate", "count"]


ACCOUNT = "class A:\n    def __init__(self):\n        self.lock = Lock()\n"


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ("a, b = A(), A()", ["a.lock", "b.lock"]),
        ("a = A()\nb = A()", ["a.lock", "b.lock"]),
        ("bank = [A() for _ in r]", ["bank[0].lock", "bank[1].lock"]),
        ("a, b = (A() for _ in r)", ["a.lock", "b.lock"]),
        ("a = A()", ["lock"]),
        ("a, b, c = A(), A(), A()", ["lock #1", "lock #2"]),
        ("def f():\n    b = A()\na = A()\nf()", ["lock #1", "lock #2"]),
        ("bank = [A(), *[A() for _ in r]]", ["lock #1", "lock #2"]),
        ("f(A(), A())", ["lock #1", "lock #2"]),
    ],
)
def test_what_a_constructor_makes_is_called_by_the_instance_where_it_is_sure_which_one(made, expected):
    assert names(ACCOUNT + made, *[lock(3)] * len(expected)) == expected


def test_the_guard_of_a_value_is_called_as_the_student_would_call_it():
    source = "count = Value('i', 0)\nslots = Array('i', 4)"
    records = [
        lock(1, kind="rlock"),
        memory(1, guard="main/rlock.1"),
        lock(2, kind="rlock"),
        memory(2, 4, "main/rlock.2"),
    ]
    assert names(source, *records) == ["count.get_lock()", "count", "slots.get_lock()", "slots"]


def test_a_guard_with_a_name_of_its_own_keeps_it():
    source = "guard = RLock()\ncount = Value('i', 0, lock=guard)"
    assert names(source, lock(1, kind="rlock"), memory(2, guard="main/rlock.1")) == ["guard", "count"]


def test_an_object_that_each_process_makes_for_itself_is_named_by_its_process():
    source = "lock = Lock()"
    tasks = (MAIN, task("main.1", "till-1"), task("main.2", "till-2"))
    records = (lock(1), lock(1, "main.1"), lock(1, "main.2"))
    assert names(source, *records, tasks=tasks) == ["lock", "lock of till-1", "lock of till-2"]


def test_tasks_have_names_that_differ():
    tasks = (
        MAIN,
        task("main.1", "worker"),
        task("main.2", "worker"),
        task("main.3", "clerk"),
        task("main.3/feeder.main/queue.1", "clerk", role="feeder", process="main.3"),
    )
    found = names_of("", trace(tasks=tasks)).tasks
    assert list(found.values()) == ["main", "worker (main.1)", "worker (main.2)", "clerk", "clerk's feeder"]


def test_the_labs_as_published():
    path = next((ROOT / "labs").glob("lab03_*.py"))
    source = path.read_text(encoding="utf-8")
    lines = {text.split("=")[0].strip(): n for n, text in enumerate(source.splitlines(), 1) if "= Lock()" in text}
    for name, line in lines.items():
        assert names(source, lock(line)) == [name]


PIECES = st.sampled_from(
    [*"()[]{}=,:.*'\\\n \t#\0é", "Lock", "Value", "a", "b", "self.", "for _ in r", "lambda", ":=", "if ", "else ", "0"]
) | st.sampled_from(
    ["def f(a=Lock()):", "class A:", "await ", "**", "with ", " as ", "Process(target=f, args=(", "append(", "yield "]
)


@given(st.text(max_size=200) | st.lists(PIECES, max_size=40).map("".join), st.lists(st.integers(-1, 6), max_size=6))
def test_no_text_makes_it_raise_and_no_two_objects_share_a_name(source, lines):
    found = names(source, *(lock(line) for line in lines), *(memory(line, guard="main/lock.1") for line in lines))
    assert len(set(found)) == len(found)
    assert all(found)


def test_deep_nesting_does_not_make_it_raise():
    for source in (
        "a = " + "(" * 5000,
        "a = " + "[" * 90 + "Lock()" + "]" * 90,
        "a = " + "+".join("1" * 20000),
        "-" * 50000,
    ):
        assert len(names(source, lock(1))) == 1
    assert creations("\0") == ()
