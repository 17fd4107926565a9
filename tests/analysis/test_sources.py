"""Texts that are no Python, or strange ones: whatever reads a program's text goes on without a word."""

from __future__ import annotations

import ast
import warnings

import pytest

from checker.analysis.creations import creations
from checker.analysis.failing import raised_after
from checker.analysis.misfits import misfit
from checker.analysis.slices import rests_on
from checker.analysis.sources import nodes_of, tree_of
from checker.analysis.spawning import spawning_told
from checker.analysis.targets import called_targets
from checker.analysis.updates import blind_lines
from tests.analysis.traces import MAIN, ONE, op, step, trace

ELIFS = "if a:\n    pass\n" + "elif b:\n    pass\n" * 900
STRANGE = [
    "",
    "def broken(:\n",
    "\0",
    "text = '\\d'\nassert text is 1\n",
    ELIFS,
    "x = " + "(" * 150 + "1" + ")" * 150 + "\n",
    "match a:\n    case [x, *_] if (y := x):\n        assert y\n    case _:\n        async def f(): await g\n",
    "try:\n    pass\nexcept* ValueError:\n    assert x\n",
    "f(*a, **b)\nProcess(target=f(*a, **b), args=a)\nwith a as (b, c), d: assert b\n",
    "lambda: (yield)\nclass A[T]: pass\n",
]


@pytest.mark.parametrize("source", STRANGE)
def test_no_text_is_too_strange_for_those_who_read_it(source):
    seen = trace([step("main.1", op("memory.read", "main/memory.1", 0, line=2), 1)], [MAIN, ONE])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        creations(source)
        called_targets(source)
        blind_lines(source)
        misfit("TypeError: f() missing 1 required positional argument: 'x'\n", source)
        spawning_told("NameError: name 'x' is not defined\n", source, in_child=True)
        raised_after(seen, "", source, ["main.1"])
        rests_on(seen, source, "main.1", [1, 2, 3, 5], None)


def test_what_is_no_python_is_empty():
    assert tree_of("def broken(:").body == []
    assert [type(node) for node in nodes_of("")] == [ast.Module]
