"""What a script finds round about it when it is explored: its files, its neighbours, its process, its clock."""

from __future__ import annotations

import sys

import pytest

from tests.checked import Course

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="controlled fork needs a system with subreapers")


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path)


@pytest.fixture
def explored(course):
    """Explores a script: explored(text, *arguments of the script, options=(), name=…) -> Done."""
    return course.explore


TEMPORARY = """
    import os, tempfile
    from multiprocessing import Lock, Process
    def work(lock, folder):
        with lock, open(os.path.join(folder, str(os.getpid())), "w") as own:
            own.write(tempfile.mkdtemp())
            named = tempfile.NamedTemporaryFile()
            assert os.path.exists(named.name)
    if __name__ == "__main__":
        lock = Lock()
        assert os.listdir(tempfile.gettempdir()) == []
        with tempfile.TemporaryDirectory() as folder:
            children = [Process(target=work, args=(lock, folder)) for _ in range(2)]
            for child in children:
                child.start()
            for child in children:
                child.join()
                assert child.exitcode == 0
            assert len(os.listdir(folder)) == 2
            assert len(os.listdir(tempfile.gettempdir())) == 3
    """


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_temporary_files_are_its_own_and_gone_after_each_run(explored, method):
    done = explored(TEMPORARY, options=["--start-method", method])
    assert (done.code, "no failure in 2 schedules" in done.text) == (0, True), done.text
    assert "random numbers" not in done.text, "their names are the same in each run"
    assert "behaved differently" not in done.text


def test_temporary_files_of_a_run_that_is_cut_off_are_gone_too(explored):
    done = explored("import tempfile\n\ntempfile.mkdtemp()\nraise SystemExit(3)\n")
    assert (done.code, "exit code 3" in done.text) == (1, True), done.text


def test_what_is_made_among_the_temporary_files_of_the_system_would_be_found_again(course, explored):
    done = explored("import sys, os\n\nos.mkdir(sys.argv[1])\n", str(course.folder / "made"))
    assert (done.code, "the script runs again, and would find it so" in done.text) == (3, True), done.text
    assert not (course.folder / "made").exists()


@pytest.mark.parametrize("neighbour", ["random.py", "types.py", "queue/__init__.py", "multiprocessing.py"])
def test_a_neighbour_with_the_name_of_a_loaded_module_is_never_passed_over(course, explored, neighbour):
    (course.folder / "own" / neighbour).parent.mkdir(parents=True)
    (course.folder / "own" / neighbour).write_text("MINE = 1\n")
    done = explored("print('hello')\n", name="own/script.py")
    name = neighbour.partition("/")[0].removesuffix(".py")
    assert (done.code, f"in place of Python's own {name}: `python FILE`" in done.text) == (3, True), done.text


def test_a_script_with_the_name_of_a_loaded_module_is_none_either(explored):
    done = explored("from multiprocessing import Queue\n\nQueue().put(1)\n", name="own/queue.py")
    assert (done.code, "queue.py in place of Python's own queue" in done.text) == (3, True), done.text


def test_a_neighbour_that_hides_nothing_loaded_is_imported_as_usual(course, explored):
    (course.folder / "own" / "json").mkdir(parents=True)
    for name in ("calendar.py", "bank.py", "os.py", "time.py"):  # the last two come from elsewhere for real, too
        (course.folder / "own" / name).write_text("MINE = 1\n")
    text = "import bank, calendar, json, os, time\nassert calendar.MINE + bank.MINE == 2\njson.dumps(os.name)\n"
    done = explored(text, name="own/script.py")
    assert done.code == 0, done.text
