"""Finding labs: the folder, the words, the paths, and what is said where nothing is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker import catalog
from checker.errors import UsageError

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("lab03_transfer", "lab06_queue", "lab10_pool")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A folder with labs of its own, and below it the current folder."""
    for name in NAMES:
        (tmp_path / "labs").mkdir(exist_ok=True)
        (tmp_path / "labs" / f"{name}.py").write_text("")
    (tmp_path / "labs" / "notes.py").write_text("")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def keys(word: str, folder: Path) -> list[str]:
    return [lab.key for lab in catalog.resolve(word, folder)]


def test_the_folder_is_found_from_the_current_one_upwards(course):
    assert catalog.find_folder(course / "deep" / "er", None) == course / "labs"


def test_a_given_folder_wins_and_must_be_there(course):
    assert catalog.find_folder(course / "deep", str(ROOT / "labs")) == ROOT / "labs"
    with pytest.raises(UsageError, match="no such folder"):
        catalog.find_folder(course, str(course / "nowhere"))


def test_the_checkers_own_labs_are_the_last_resort(tmp_path):
    assert catalog.find_folder(tmp_path, None) == ROOT / "labs"


@pytest.mark.parametrize(
    "word", ["lab3", "lab03", "3", "03", "Lab3", "lab03_transfer", "lab03_transfer.py", "lab-3", "lab 3", "lab3 "]
)
def test_a_lab_has_many_names(course, word):
    assert keys(word, course / "labs") == ["lab03_transfer"]


def test_all_means_all_in_the_order_of_their_numbers(course):
    assert keys("all", course / "labs") == list(NAMES)


def test_files_are_given_as_a_person_here_would_write_them(course, monkeypatch):
    (lab,) = catalog.resolve("lab3", course / "labs")
    assert (lab.file, lab.number, lab.is_own) == (Path("labs/lab03_transfer.py"), 3, True)
    monkeypatch.chdir(course / "deep")
    (lab,) = catalog.resolve("lab3", course / "labs")
    assert lab.file == course / "labs" / "lab03_transfer.py"


def test_a_path_has_the_spec_of_its_name(course):
    (course / "mine").mkdir()
    (course / "mine" / "lab03_transfer.py").write_text("")
    (lab,) = catalog.resolve("mine/lab03_transfer.py", course / "labs")
    assert (lab.key, lab.file, lab.is_own) == ("lab03_transfer", Path("mine/lab03_transfer.py"), False)
    (lab,) = catalog.resolve("labs/lab03_transfer.py", course / "labs")
    assert lab.is_own


def test_a_submission_has_the_spec_of_its_folder(course):
    (course / "lab06_queue").mkdir()
    (course / "lab06_queue" / "wrong_lock.py").write_text("")
    (lab,) = catalog.resolve("lab06_queue/wrong_lock.py", course / "labs")
    assert (lab.key, lab.is_own) == ("lab06_queue", False)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("lab99", "there is no lab 'lab99' in .*; there are lab3, lab6, lab10"),
        ("labs/lab3.py", "no file labs/lab3.py; did you mean labs/lab03_transfer.py[?]"),
        ("labs/lab9.py", "no file labs/lab9.py; there are lab3, lab6, lab10"),
        ("mine.py", "no file mine.py; a script of your own is explored: python -m checker explore FILE"),
        ("labs/notes.py", "python -m checker explore labs/notes.py"),
        ("lab03_tranfser", "did you mean lab03_transfer"),
        ("transfer", "did you mean lab03_transfer"),
        ("labs/lab03_transfr.py", "no file labs/lab03_transfr.py; did you mean labs/lab03_transfer.py"),
        ("deep/", "is not a file"),
        ("labs/notes.py", "checked by its name"),
        ("", "there is no lab"),
        ("lba3", "did you mean lab3[?]"),
        ("lab33", "did you mean lab3[?]"),
        ("lab", "needs its number behind it, without a blank, as in lab3"),
    ],
)
def test_what_is_not_there_is_said_with_suggestions(course, word, message):
    with pytest.raises(UsageError, match=message):
        catalog.resolve(word, course / "labs")


def test_a_lab_whose_file_is_away_is_told_to_be_put_back(course):
    (course / "labs" / "lab03_transfer.py").unlink()
    for word in ("lab3", "3", "lab03_transfer"):
        with pytest.raises(UsageError, match=r"labs/lab03_transfer\.py is not there: put it back"):
            catalog.resolve(word, course / "labs")


def test_a_number_with_two_labs_asks_for_the_full_name(course):
    (course / "labs" / "lab03_other.py").write_text("")
    with pytest.raises(UsageError, match="lab03_other, lab03_transfer"):
        catalog.resolve("lab3", course / "labs")


def test_every_published_lab_has_a_spec_of_its_name_and_no_spec_is_left_over():
    labs = [lab.key for lab in catalog.labs_in(ROOT / "labs")]
    assert labs == catalog.spec_names()
    for key in labs:
        assert catalog.load_spec(key).lab == key


def test_an_unknown_spec_is_wrong_use():
    with pytest.raises(UsageError, match="no spec is called lab99_x"):
        catalog.load_spec("lab99_x")
