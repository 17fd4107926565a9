"""A zygote for all tests of the student's side, and `judged`: run a program's text under the small judge."""

from __future__ import annotations

import textwrap

import pytest

from tests.controlled.judge import Judge, Zygote


@pytest.fixture(scope="session")
def zygote():
    zygote = Zygote()
    yield zygote
    zygote.close()


@pytest.fixture
def judged(zygote, tmp_path):
    """Runs a program: judged(text, *call, kind=answer …) -> Judge."""
    judges = []

    def run(text, *call, **answers):
        file = tmp_path / f"program{len(judges)}.py"
        file.write_text(textwrap.dedent(text), encoding="utf-8")
        answers = {key.replace("__", "."): value for key, value in answers.items()}
        judge = Judge(zygote, file, list(call), tmp_path, answers)
        judges.append(judge)
        return judge.run()

    yield run
    for judge in judges:
        judge.close()
