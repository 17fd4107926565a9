"""What `.checker/` remembers, and that nothing it meets there is a failure."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from checker.history import Failing, History, Record, digest_of, key_of
from checker.result import Verdict
from tests.report.results import DEADLOCK, FAILED, PASSED

KEY = "lab03_transfer"


@pytest.fixture
def history(tmp_path):
    return History(tmp_path / ".checker")


def test_an_unknown_lab_has_an_empty_record(history):
    assert history.read(KEY) == Record()


def test_a_failure_is_remembered_with_its_schedule(history):
    history.remember(KEY, FAILED, "abc")
    failing = Failing(DEADLOCK.schedule, "deadlock", 0, "abc")
    assert history.read(KEY) == Record(Verdict.FAIL, False, "deadlock", "abc", failing)
    assert history.note is None


def test_a_pass_keeps_the_last_failing_schedule_and_the_hints(history):
    history.remember(KEY, FAILED, "abc")
    assert history.count_hints(KEY, 2)
    history.remember(KEY, PASSED, "def")
    record = history.read(KEY)
    assert (record.verdict, record.proved, record.kind, record.hints) == (Verdict.PASS, True, None, 2)
    assert record.failing == Failing(DEADLOCK.schedule, "deadlock", 0, "abc")


def test_labs_do_not_disturb_each_other_and_nothing_else_is_left_in_the_folder(history, tmp_path):
    history.remember(KEY, FAILED, "")
    history.remember("lab06_queue", PASSED, "")
    assert history.read(KEY).verdict is Verdict.FAIL
    assert sorted(path.name for path in (tmp_path / ".checker").iterdir()) == [f"{KEY}.json", "lab06_queue.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"schema": 1}', '{"schema": 2}', "\0", "[" * 100_000])
def test_a_damaged_record_counts_as_not_there_and_is_replaced(history, tmp_path, text):
    (tmp_path / ".checker").mkdir()
    (tmp_path / ".checker" / f"{KEY}.json").write_text(text)
    assert history.read(KEY) == Record()
    history.remember(KEY, PASSED, "")
    assert history.read(KEY).verdict is Verdict.PASS


def test_a_record_with_fields_of_other_types_counts_as_not_there(history, tmp_path):
    history.remember(KEY, FAILED, "abc")
    path = tmp_path / ".checker" / f"{KEY}.json"
    good = json.loads(path.read_text())
    for field, value in [("verdict", "great"), ("hints", "many"), ("kind", 3), ("failing", {"schedule": 1})]:
        path.write_text(json.dumps(good | {field: value}))
        assert history.read(KEY) == Record()


def test_a_folder_that_cannot_be_written_is_only_a_remark(tmp_path):
    (tmp_path / "file").write_text("")
    history = History(tmp_path / "file" / ".checker")
    history.remember(KEY, FAILED, "")
    assert "cannot be written" in (history.note or "")
    assert history.read(KEY) == Record()
    assert not history.count_hints(KEY, 1)


def test_a_file_in_place_of_the_folder_is_only_a_remark(tmp_path):
    (tmp_path / ".checker").write_text("")
    history = History(tmp_path / ".checker")
    history.remember(KEY, FAILED, "")
    assert "cannot be written" in (history.note or "")


def test_an_interrupted_write_leaves_the_old_record(history, tmp_path, monkeypatch):
    history.remember(KEY, FAILED, "")

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        history.remember(KEY, PASSED, "")
    assert history.read(KEY).verdict is Verdict.FAIL
    assert [path.name for path in (tmp_path / ".checker").iterdir()] == [f"{KEY}.json"]


def test_schedules_of_any_text_come_back_as_they_were(history):
    finding = replace(DEADLOCK, schedule="main \ud800 \x00 ä\n" * 100)
    history.remember(KEY, replace(FAILED, finding=finding), "")
    failing = history.read(KEY).failing
    assert failing is not None
    assert failing.schedule == finding.schedule


def test_a_file_from_elsewhere_has_a_record_of_its_own():
    one = key_of(KEY, Path("solutions/lab03_transfer.py"), is_own=False)
    other = key_of(KEY, Path("mine/lab03_transfer.py"), is_own=False)
    assert len({KEY, one, other}) == 3
    assert key_of(KEY, Path("labs/lab03_transfer.py"), is_own=True) == KEY


def test_a_digest_changes_with_the_file(tmp_path):
    path = tmp_path / "lab.py"
    assert digest_of(path) == ""
    path.write_text("a")
    before = digest_of(path)
    path.write_text("b")
    assert digest_of(path) not in (before, "")
    assert digest_of(tmp_path) == digest_of(Path(os.devnull)) == ""
