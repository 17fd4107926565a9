"""The line that says which exception a traceback ends with."""

from __future__ import annotations

import multiprocessing.spawn
import traceback

import pytest

from checker.analysis.exceptions import NO_GUARD, exceptions_told, headline, last_line


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


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            ExceptionGroup("both", [ValueError("one\nand more"), KeyError("two")]),
            "ExceptionGroup: both (2 sub-exceptions), of which the first is ValueError: one",
        ),
        (
            ExceptionGroup("outer", [ExceptionGroup("inner", [KeyError("a")]), TypeError("b")]),
            "ExceptionGroup: outer (2 sub-exceptions), of which the first is ExceptionGroup: inner (1 sub-exception), "
            "of which the first is KeyError: 'a'",
        ),
    ],
)
def test_of_a_group_the_first_one_is_told_too(error, said):
    assert headline(raised(error)) == said
    assert headline(raised(error).strip()) == said
    assert headline(raised(error, KeyError("the cause\nof it"))) == said
    assert headline(raised(RuntimeError("at last"), error)) == "RuntimeError: at last"


def test_the_line_of_a_group_is_that_of_the_first_in_it():
    def fails():
        raise ValueError("inside")

    try:
        fails()
    except ValueError as error:
        inside = error
    line = inside.__traceback__.tb_next.tb_lineno
    assert last_line(raised(ExceptionGroup("both", [inside, KeyError("two")]))) == line
    assert last_line(raised(ExceptionGroup("both", [ExceptionGroup("in", [inside])]))) == line
    outside = last_line(raised(ExceptionGroup("both", [KeyError("never raised")])))
    assert outside is not None
    assert outside != line


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


ERRORS = """\
Process worker-4:
Process worker-2:
Traceback (most recent call last):
Traceback (most recent call last):
  File "/lib/process.py", line 314, in _bootstrap
    self.run()
  File "/a/lab06_queue.py", line 38, in work
    job = jobs.get()
  File "/lib/process.py", line 314, in _bootstrap
OSError: handle is closed
  File "/a/lab06_queue.py", line 38, in work
    raise OSError("handle is closed")
OSError: handle is closed
FileNotFoundError: [Errno 2] No such file or directory
"""


def test_several_processes_at_once_say_each_exception_once():
    told, line = exceptions_told(ERRORS, "/a/lab06_queue.py")
    assert told == (
        "OSError: handle is closed (line 38), 2 times; FileNotFoundError: [Errno 2] No such file or directory"
    )
    assert line == 38
    assert exceptions_told(ERRORS, "/other.py")[1] is None
    assert exceptions_told("nothing: of that kind\n", "/a.py") == ("", None)
