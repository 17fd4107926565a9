"""Targets that are called: found where the call can give no function, and said on the line where it stands."""

from __future__ import annotations

import pytest

from checker.analysis.targets import called_targets


def told(call, function="def work(*args, **more):\n    print(args)\n"):
    return [target.told for target in called_targets(f"{function}\nprocess = {call}\n")]


@pytest.mark.parametrize(
    ("call", "better"),
    [
        ("Process(target=work())", "target=work"),
        ("Process(target=work(1))", "target=work, args=(1,)"),
        ("ctx.Process(target=work(1, lock))", "target=work, args=(1, lock)"),
        ("Process(None, work(1, n=2))", "target=work, args=(1,), kwargs={'n': 2}"),
    ],
)
def test_a_target_that_is_called_is_told_with_what_was_meant(call, better):
    (sentence,) = told(call)
    assert f"`{better}`" in sentence
    assert "(line 4)" in sentence


@pytest.mark.parametrize(
    ("call", "function"),
    [
        ("Process(target=work, args=(1,))", "def work(n):\n    print(n)\n"),
        ("Process(target=work(1))", "def work(n):\n    def inner():\n        print(n)\n    return inner\n"),
        ("Process(target=work(1))", "@wrapped\ndef work(n):\n    print(n)\n"),
        ("Process(target=work(1))", "def work(n):\n    yield n\n"),
        ("Process(target=work(1))", "def work(n):\n    print(n)\ndef work(n):\n    return print\n"),
        ("Process(target=partial(work, 1))", "def work(n):\n    print(n)\n"),
        ("Worker(target=work(1))", "def work(n):\n    print(n)\n"),
        ("Process(args=(1,))", "def work(n):\n    print(n)\n"),
        ("Process(target=work(1)", "def work(n):\n    print(n)\n"),
    ],
)
def test_nothing_is_said_where_the_call_may_give_a_function(call, function):
    assert told(call, function) == []


def test_a_function_within_that_returns_is_not_the_one_that_is_called():
    function = "def work(n):\n    print(sorted([n], key=lambda x: -x))\n    def inner():\n        return n\n"
    assert len(told("Process(target=work(1))", function)) == 1
