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
