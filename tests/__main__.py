"""`python -m tests [pytest arguments]`: makes an environment with the extra `test` when needed, then runs pytest.

The environment is `.venv` in the repository's root. Where that one belongs to another version of Python it is left
alone, and `.venv-3.13` (say) is used.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMP = "deadlock-lab-extra.txt"  # which requirements an environment has, so that a second run need not ask pip
CANNOT_TEST = 3


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - a person may well call it with an older one
        print("The tests need Python 3.11 or newer; this is " + sys.version.split()[0] + ".", file=sys.stderr)
        return CANNOT_TEST
    folder = environment_folder()
    requirements = test_requirements()
    stamp = folder / STAMP
    if not stamp.is_file() or stamp.read_text() != "\n".join(requirements):
        problem = install(folder, requirements)
        if problem:
            print(problem, file=sys.stderr)
            return CANNOT_TEST
        stamp.write_text("\n".join(requirements))
    command = [str(interpreter(folder)), "-m", "pytest", *sys.argv[1:]]
    if os.name == "posix":
        os.chdir(ROOT)
        sys.stdout.flush()
        os.execv(command[0], command)
    try:
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    except KeyboardInterrupt:
        return 130


def environment_folder() -> Path:
    """`.venv`, unless it is there and belongs to another version of Python."""
    ours = f"{sys.version_info.major}.{sys.version_info.minor}"
    theirs = environment_version(ROOT / ".venv")
    return ROOT / (".venv" if theirs in (None, ours) else f".venv-{ours}")


def environment_version(folder: Path) -> str | None:
    """The version "3.11" of the Python that an environment was made from, None if there is no usable one."""
    try:
        lines = (folder / "pyvenv.cfg").read_text().splitlines()
    except OSError:
        return None
    if not interpreter(folder).exists():  # the Python it was made from has been removed
        return None
    fields = dict(line.split(" = ", 1) for line in lines if " = " in line)
    version = fields.get("version") or fields.get("version_info") or ""
    return ".".join(version.split(".")[:2])


def interpreter(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def test_requirements() -> list[str]:
    import tomllib  # not there in Python 3.10, which is to get a sentence and no traceback

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return list(project["project"]["optional-dependencies"]["test"])


def install(folder: Path, requirements: list[str]) -> str | None:
    """Makes the environment where there is none, and installs the requirements; returns what went wrong, if it did."""
    print(f"Installing {', '.join(requirements)} into {folder.name} …", file=sys.stderr)
    if environment_version(folder) is None:
        try:
            venv.EnvBuilder(clear=True, symlinks=os.name != "nt", with_pip=True).create(folder)
        except (OSError, subprocess.CalledProcessError) as error:
            return (
                f"Cannot make the environment {folder}: {error}\n"
                "Python's own `venv` and `ensurepip` are needed (on Debian and Ubuntu: apt install python3-venv)."
            )
    pip = [str(interpreter(folder)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements]
    if subprocess.run(pip, cwd=ROOT, check=False).returncode != 0:
        return (
            f"pip could not install {', '.join(requirements)} into {folder}; its message stands above.\n"
            "The tests need them once, from the network or a folder named in PIP_FIND_LINKS. The labs need nothing."
        )
    return None


if __name__ == "__main__":
    sys.exit(main())
