"""Who may import whom: the design's table, equal in both directions to the imports that the code makes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker import kernel, vocabulary

ROOT = Path(__file__).resolve().parent.parent
CHECKER = ROOT / "checker"
CODE_FOLDERS = ("checker", "labs", "solutions", "tests")
MAX_LINES = 300

# A part is a module or a package directly in `checker`. Imports of `checker` itself (its version) are free for all.
IMPORTS: dict[str, set[str]] = {
    "errors": set(),
    "counts": set(),
    "trace": set(),
    "wire": {"errors"},
    "vocabulary": {"errors"},
    "spec": {"trace"},
    "result": {"trace"},
    "kernel": {"errors", "trace"},
    "fairtime": {"trace"},
    "strategies": {"counts", "errors", "fairtime", "trace"},
    "controlled": {"vocabulary", "wire"},
    "worker": {"controlled", "wire"},
    "engine": {"counts", "errors", "kernel", "strategies.base", "trace", "vocabulary", "wire"},
    "realrun": {"errors"},
    "specs": {"counts", "spec", "trace"},
    "schedules": {"errors"},
    "exploration": {"errors", "result", "strategies", "trace"},
    "explore": {"errors", "exploration", "strategies", "strategies.base", "trace"},
    "analysis": {"counts", "fairtime", "trace"},
    "hazards": {"analysis", "result", "trace"},
    "judge": {"analysis", "counts", "hazards", "result", "spec", "trace"},
    "real": {"analysis", "judge", "realrun", "result", "spec"},
    "confirm": {"engine", "errors", "exploration", "judge", "result", "spec", "strategies", "trace"},
    "behind": {"analysis", "judge", "result", "trace"},
    "findings": {"analysis", "behind", "confirm", "counts", "judge", "real", "result", "schedules", "spec", "trace"},
    "sameness": {"judge", "result", "trace"},
    "shrink": {"analysis", "strategies", "strategies.base", "trace"},
    "starvation": {"analysis", "confirm", "engine", "errors", "judge", "result", "spec", "strategies", "trace"},
    "scenario": {
        "analysis",
        "confirm",
        "counts",
        "engine",
        "errors",
        "exploration",
        "explore",
        "findings",
        "jobs",
        "judge",
        "result",
        "sameness",
        "shrink",
        "spec",
        "starvation",
        "strategies.base",
        "trace",
    },
    "stops": {"analysis", "counts", "errors", "exploration", "judge", "result", "spec", "trace"},
    "options": set(),
    "programs": {"catalog", "engine", "spec"},
    "jobs": {
        "counts",
        "engine",
        "errors",
        "exploration",
        "judge",
        "programs",
        "spec",
        "strategies",
        "strategies.base",
        "trace",
        "wire",
    },
    "check": {
        "confirm",
        "counts",
        "engine",
        "errors",
        "exploration",
        "findings",
        "hazards",
        "jobs",
        "judge",
        "options",
        "programs",
        "real",
        "result",
        "scenario",
        "schedules",
        "spec",
        "starvation",
        "stops",
        "strategies",
    },
    "script": {
        "analysis",
        "check",
        "confirm",
        "counts",
        "engine",
        "errors",
        "findings",
        "hazards",
        "jobs",
        "judge",
        "options",
        "programs",
        "result",
        "scenario",
        "schedules",
        "spec",
        "stops",
        "trace",
    },
    "script_command": {"check", "errors", "history", "options", "result", "script"},
    "report": {"counts", "result", "spec", "trace"},
    "history": {"result"},
    "catalog": {"errors", "spec"},
    "arguments": {"counts", "errors"},
    "terminal": {"report"},
    "cli": {
        "arguments",
        "catalog",
        "check",
        "errors",
        "history",
        "options",
        "report",
        "result",
        "script",
        "script_command",
        "spec",
        "terminal",
    },
    "__main__": {"cli"},
}
KERNEL_STEPS = {"begin", "queue.feed"}  # operations that the kernel gives itself and no worker may ask for
WHOLE_PARTS = {"strategies.base"}  # modules of a package that stand in the table by themselves


def python_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if not any(part.startswith(".") for part in path.parts))


def parts() -> dict[str, list[Path]]:
    """Every part of the checker and its files."""
    found: dict[str, list[Path]] = {}
    for path in python_files(CHECKER):
        first = path.relative_to(CHECKER).parts[0].removesuffix(".py")
        if first != "__init__":
            found.setdefault(first, []).append(path)
    return found


def imported_modules(path: Path) -> Iterator[str]:
    """The dotted names that a file imports, wherever in it, relative ones resolved."""
    package = list(path.relative_to(ROOT).with_suffix("").parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*start, *((node.module or "").split(".") if node.module else [])])
            for alias in node.names:
                name = f"{module}.{alias.name}"
                yield name if module.split(".")[0] == "checker" and is_module(name) else module


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def part_of(module: str) -> str | None:
    """The part that a dotted name belongs to; None for what is not the checker's."""
    names = module.split(".")
    if names[0] != "checker" or len(names) == 1:
        return None
    pair = ".".join(names[1:3])
    return pair if pair in WHOLE_PARTS else names[1]


def test_the_table_names_every_part_and_no_other():
    assert set(parts()) == set(IMPORTS)


@pytest.mark.parametrize("part", sorted(IMPORTS))
def test_a_part_imports_what_the_table_says(part):
    found = {
        imported
        for path in parts().get(part, [])
        for imported in map(part_of, imported_modules(path))
        if imported is not None and imported.split(".")[0] != part
    }
    assert found == IMPORTS[part]


def test_the_specs_are_one_file_a_lab_and_import_no_other_spec():
    for path in parts().get("specs", []):
        others = [name for name in imported_modules(path) if name.startswith("checker.specs.")]
        assert not others, f"{path.name} imports {others}: a lab is deleted or copied as one file"


def test_only_the_command_line_prints():
    for path in python_files(CHECKER):
        if path.parent == CHECKER and path.name in ("cli.py", "terminal.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            match node:
                case ast.Call(func=ast.Name(id="print")):
                    pytest.fail(f"{where} prints")
                case ast.Call(
                    func=ast.Attribute(
                        value=ast.Attribute(value=ast.Name(id="sys"), attr="stdout" | "stderr"),
                        attr="write" | "writelines",
                    )
                ):
                    pytest.fail(f"{where} writes to the terminal")


def test_nothing_uses_the_module_that_dumps_tracebacks():
    banned = "fault" + "handler"  # not a name that this file may hold whole, being searched itself
    for folder in CODE_FOLDERS:
        for path in python_files(ROOT / folder):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names: list[str] = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    names = [node.module or "", *(alias.name for alias in node.names)]
                elif isinstance(node, ast.Constant) and node.value == banned:
                    names = [banned]
                assert banned not in names, f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def test_no_file_of_the_checker_is_long():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in python_files(CHECKER)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert not long, f"split by meaning: {long}"


def test_every_file_says_its_one_job_first():
    for path in python_files(CHECKER):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree) or not tree.body, f"{path.relative_to(ROOT)} has no docstring"


def test_the_kernel_handles_every_operation_of_the_wire_and_no_other():
    assert set(kernel.HANDLERS) - KERNEL_STEPS == set(vocabulary.OPERATIONS)
