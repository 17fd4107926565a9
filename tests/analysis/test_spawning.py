"""Exceptions that one who knows only fork would not expect."""

from __future__ import annotations

import pytest

from checker.analysis.spawning import spawning_told

SOURCE = "def main():\n    global lock\n    lock = Lock()\n\ndef serve():\n    with lock: pass\n"
NO_NAME = 'Traceback (most recent call last):\n  File "a.py", line 6, in serve\n    with lock: pass\n{}: {}\n'
START = 'Traceback (most recent call last):\n  File "a.py", line 9, in main\n    process.start()\n{}: {}\n'


def test_what_main_made_is_not_there_in_a_spawned_process():
    text = NO_NAME.format("NameError", "name 'lock' is not defined. Did you mean: 'Lock'?")
    assert "is not there; pass lock as an argument" in spawning_told(text, SOURCE, in_child=True)
    assert spawning_told(text, SOURCE, in_child=False) == ""
    assert spawning_told(text, "def serve(): lock", in_child=True) == "", "a slip of the pen, under fork too"
    local = SOURCE.replace("    global lock\n", "")
    assert spawning_told(text, local, in_child=True) == (
        "lock is known only inside the function that makes it; pass it as an argument"
    )
    assert spawning_told(text, "def serve(:", in_child=True) == ""


def test_what_was_defined_under_the_guard_is_not_there_either():
    text = START.format("AttributeError", "Can't get attribute 'serve' on <module '__mp_main__' from 'a.py'>")
    assert "pass serve as an argument" in spawning_told(text, SOURCE, in_child=True)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("TypeError", "cannot pickle '_thread.lock' object"),
        ("AttributeError", "Can't pickle local object 'main.<locals>.serve'"),
        ("AttributeError", "Can't get local object 'main.<locals>.serve'"),
        ("_pickle.PicklingError", "Can't pickle <function <lambda> at 0x7f>: attribute lookup <lambda> failed"),
    ],
)
def test_what_a_process_is_started_with_has_to_be_pickled(kind, message):
    assert "is pickled when it is spawned" in spawning_told(START.format(kind, message), SOURCE, in_child=False)
    elsewhere = START.format(kind, message).replace("process.start()", "pickle.dumps(lock)")
    assert spawning_told(elsewhere, SOURCE, in_child=False) == ""


def test_other_exceptions_are_nobodys_misunderstanding():
    assert spawning_told(START.format("ValueError", "no"), SOURCE, in_child=True) == ""
