"""The line that says which exception a traceback ends with."""

from __future__ import annotations

import multiprocessing.spawn
import traceback

import pytest

from checker.analysis.exceptions import NO_GUARD, headline, last_line


def raised(error: BaseException, cause: BaseException | None = None) -> str:
    try:
        raise error from cause
    except BaseException as caught:
        return "".join(traceback.format_exception(caught))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("no"), "ValueError: no"),
        (ValueError("first line\nsecond\n  third"), "ValueError: first line"),
        (RuntimeError("\n\n    after blank lines\n    more"), "RuntimeError: after blank lines"),
        (RuntimeError("\n"), "RuntimeError"),
        (ValueError(), "ValueError"),
        (KeyError("a:"), "KeyError: 'a:'"),
        (SyntaxError("bad", ("x.py", 1, 1, "x = (")), "SyntaxError: bad"),
        (ValueError("ends with:\nmore"), "ValueError: ends with:"),
    ],
)
def test_the_headline_of_an_exception(error, said):
    assert headline(raised(error)) == said
    assert headline(raised(error, KeyError("the cause\nof it"))) == said


def test_a_forgotten_main_guard_is_said_in_a_few_words(monkeypatch):
    monkeypatch.setattr(multiprocessing.process.current_process(), "_inheriting", True, raising=False)
    with pytest.raises(RuntimeError) as caught:
        multiprocessing.spawn._check_not_importing_main()
    assert headline(raised(caught.value)) == f"RuntimeError: {NO_GUARD}"


@pytest.mark.parametrize("text", ["", "none", "Traceback (most recent call last):", "  + Exception Group\n  | x"])
def test_any_text_has_one(text):
    assert "\n" not in headline(text)


def test_the_last_line_is_the_innermost_in_the_program_s_own_file():
    text = (
        "Traceback (most recent call last):\n"
        '  File "lab.py", line 9, in main\n    work()\n'
        '  File "lab.py", line 4, in work\n    json.loads("x")\n'
        '  File "/lib/json/__init__.py", line 346, in loads\n    return 1\n'
        "ValueError: no\n"
    )
    assert last_line(text) == 4
    assert last_line("SyntaxError: no") is None
