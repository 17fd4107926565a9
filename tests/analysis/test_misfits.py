"""Where a process gets other arguments than its function takes."""

from __future__ import annotations

import pytest

from checker.analysis.misfits import misfit

SOURCE = """from multiprocessing import Process

def work(lock, n=0):
    pass

def main():
    process = Process(
        target=work, args=(), daemon=True)
"""
SAID = "TypeError: work() missing 1 required positional argument: 'lock'\n"


def test_the_call_and_the_function_are_named():
    found = misfit(SAID, SOURCE)
    assert found is not None
    assert found.line == 7
    assert found.told == (
        "`Process(target=work, args=(), daemon=True)` (line 7) gives it other arguments than "
        "`def work(lock, n=0)` (line 3) takes"
    )


def test_of_several_calls_none_is_the_one():
    found = misfit(SAID, SOURCE + "    other = multiprocessing.Process(None, work)\n")
    assert found is not None
    assert (found.line, "`def work(lock, n=0)` (line 3)" in found.told) == (3, True)


def test_of_several_functions_none_is_the_one():
    found = misfit(SAID, SOURCE + "class A:\n    def work(self): pass\n")
    assert found is not None
    assert found.told == "line 7 starts it"


@pytest.mark.parametrize(
    "said",
    [
        "TypeError: Clerk.work() takes 1 positional argument but 2 were given\n",
        "TypeError: work() got an unexpected keyword argument 'x'\n",
        "TypeError: main.<locals>.work() takes 0 positional arguments but 1 was given\n",
    ],
)
def test_every_misfit_is_known(said):
    assert misfit(said, SOURCE) is not None


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("TypeError: unsupported operand\n", SOURCE),
        ("ValueError: work() missing 1 required positional argument\n", SOURCE),
        (f'Traceback (most recent call last):\n  File "a.py", line 4, in work\n    work()\n{SAID}', SOURCE),
        (SAID, "pass"),
        (SAID, "def work(:"),
        (None, SOURCE),
    ],
)
def test_anything_else_is_none(said, source):
    assert misfit(said, source) is None


def test_what_no_call_of_a_process_starts_is_called_from_elsewhere():
    """Such as what makes an argument again where a process is spawned."""
    source = "class Broken(Exception):\n    def __init__(self, code, text):\n        pass\n" + SOURCE
    assert misfit("TypeError: Broken.__init__() missing 1 required positional argument: 'text'\n", source) is None


@pytest.mark.parametrize(
    ("takes", "given", "is_accused"),
    [
        ("lock", "args=()", True),
        ("lock", "args=(1, 2)", True),
        ("lock, *rest", "args=(1, 2)", False),
        ("lock, *, n", "args=(1,)", True),
        ("lock, *, n", "args=(1,), kwargs={'n': 2}", False),
        ("lock, *, n=0", "args=(1,), kwargs={'m': 2}", True),
        ("lock, **more", "args=(1,), kwargs={'m': 2}", False),
        ("lock", "args=(1,), kwargs={'lock': 2}", True),
        ("lock", "args=given", False),
        ("lock", "args=(*given,)", False),
        ("lock", "args=(), kwargs={name: 1}", False),
        ("lock", "**given", False),
    ],
)
def test_a_call_is_accused_only_if_it_does_not_fit(takes, given, is_accused):
    found = misfit(SAID, f"def work({takes}):\n    pass\n\nprocess = Process(target=work, {given})\n")
    assert found is not None
    assert (found.line, "gives it other" in found.told) == ((4, True) if is_accused else (1, False))


def test_a_method_may_be_bound_to_its_object():
    source = "class A:\n    def work(self, lock):\n        pass\n\nprocess = Process(target=A().work, args=({}))\n"
    assert [misfit(SAID, source.format(args)).line for args in ("", "1,", "1, 2, 3")] == [5, 2, 5]


def test_a_decorated_function_and_one_that_is_named_elsewhere_are_left_alone():
    assert misfit(SAID, SOURCE.replace("def work", "@checked\ndef work")) is None
    assert misfit(SAID, SOURCE + "class A:\n    def work(self): pass\nmake(target=work)\n") is None
