"""How many deliberate mistakes in the rules the tests notice: ``.venv/bin/python -m tests.mutation``.

mutmut changes one thing at a time in a copy of the pure code — no Django, no database — and runs the tests
that pass there. It leaves decorated functions alone; so in the copy ``@property`` and its kin are first
written as calls behind the function, which means the same. Prints the score of every file and each survivor.
"""

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

TARGETS = [
    *(f"acceptance/rules/{name}.py" for name in ("shares", "service", "ledger", "facts", "capability", "standards")),
    *(f"acceptance/rules/{name}.py" for name in ("milestones", "judge", "plan", "planfile")),
    "common/periods.py",
    *(f"areas/{name}.py" for name in ("workdays", "datums", "geodesy")),
]
BESIDES = [
    "acceptance/__init__.py",
    "acceptance/rules/__init__.py",
    "acceptance/judging/__init__.py",
    "acceptance/judging/verdict_json.py",
    "areas/__init__.py",
    "common/__init__.py",
]
FOLDERS = ["acceptance/plans", "areas/data", "tests/acceptance/rules"]
TESTS = [
    "tests/__init__.py",
    *(f"tests/{folder}/__init__.py" for folder in ("acceptance", "areas", "common", "reference")),
    "tests/reference/datums.py",
    "tests/common/test_periods.py",
    *(f"tests/areas/test_{name}.py" for name in ("workdays", "datums", "geodesy")),
]

NOT_THERE = ["test_no_numbers.py"]
"""It reads the code as text, and the copy's is changed."""

UNDONE = {"property", "cached_property", "cache"}

CONFIGURATION = """\
[tool.mutmut]
source_paths = ["acceptance", "areas", "common"]
only_mutate = {targets}
also_copy = ["tests"]
pytest_add_cli_args_test_selection = {tests}
pytest_add_cli_args = ["-p", "no:django", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-m", "not slow and not django_db"]

[tool.pytest.ini_options]
markers = ["slow: too slow to be run for every mutant", "django_db: needs the database"]
"""


CONFTEST = """\
import sys

import pytest


@pytest.fixture(scope="session", autouse=True)
def read_afresh():
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("acceptance", "areas", "common", "tests"):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()
"""
"""Runs are forked from one that has read the plan and the calendar already; a changed reader must read them again."""


def undecorated(text: str) -> str:
    """The same module with ``@property def f`` written as ``def _f_``, followed by ``f = property(_f_)``."""
    lines = text.splitlines()
    found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef) and _only_decorator(node)]
    for node in sorted(found, key=lambda node: node.lineno, reverse=True):
        decorator = node.decorator_list[0]
        indent = " " * node.col_offset
        lines.insert(node.end_lineno, f"{indent}{node.name} = {decorator.id}(_{node.name}_)")
        lines[node.lineno - 1] = lines[node.lineno - 1].replace(f"def {node.name}(", f"def _{node.name}_(", 1)
        del lines[decorator.lineno - 1]
    return "\n".join(lines) + "\n"


def _only_decorator(node: ast.FunctionDef) -> bool:
    return len(node.decorator_list) == 1 and getattr(node.decorator_list[0], "id", "") in UNDONE


def prepare(folder: Path, targets: list[str]) -> None:
    """The pure code and its tests, nothing else."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", *NOT_THERE))
    for name in (*TARGETS, *BESIDES, *TESTS):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        text = (ROOT / name).read_text(encoding="utf-8")
        (folder / name).write_text(undecorated(text) if name in TARGETS else text, encoding="utf-8")
    tests = sorted({f"tests/{target.split('/')[0]}" for target in targets})
    (folder / "tests" / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (folder / "pyproject.toml").write_text(
        CONFIGURATION.format(targets=json.dumps(targets), tests=json.dumps(tests)), encoding="utf-8"
    )


def score(folder: Path, target: str) -> tuple[Counter, list[str]]:
    """How the mutants of a file ended, and the names of those that no test noticed."""
    ends = json.loads((folder / "mutants" / f"{target}.meta").read_text())["exit_code_by_key"]
    words = {name: _word(code) for name, code in ends.items()}
    return Counter(words.values()), [name for name, word in words.items() if word not in ("killed", "timed out")]


def _word(code: int | None) -> str:
    """By the exit status of the tests; a crash is noticed, too."""
    if code in (1, 3, -11):
        return "killed"
    if code in (24, 36, 152, 255, -24):
        return "timed out"
    return {0: "survived", 5: "untested", 33: "untested"}.get(code, f"unclear ({code})")


def run(folder: Path, jobs: int) -> None:
    """SystemExit when mutmut cannot run."""
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(jobs)]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    with (folder / "mutmut.log").open("wb") as log:
        done = subprocess.run(["nice", "-n", "10", *command], cwd=folder, env=environment, stdout=log, stderr=log)
    if done.returncode:
        sys.exit("mutmut could not run:\n" + (folder / "mutmut.log").read_text(errors="replace")[-3000:])


def report(folder: Path, targets: list[str]) -> None:
    everything: Counter = Counter()
    for target in targets:
        counts, survivors = score(folder, target)
        everything += counts
        print(f"{target:<36} {_line(counts)}")
        for name in survivors:
            print(_difference(folder, name))
    print(f"{'together':<36} {_line(everything)}")


def _line(counts: Counter) -> str:
    noticed, total = counts["killed"] + counts["timed out"], counts.total()
    share = f"{1000 * noticed // total / 10}%" if total else "no mutants"
    return f"{share:>6}  " + "  ".join(f"{word} {count}" for word, count in sorted(counts.items()))


def _difference(folder: Path, name: str) -> str:
    shown = subprocess.run([sys.executable, "-m", "mutmut", "show", name], cwd=folder, capture_output=True, text=True)
    changed = [line for line in shown.stdout.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return "\n".join(["", f"    {name}", *(f"      {line}" for line in changed)])


def main() -> None:
    asked = argparse.ArgumentParser(prog=".venv/bin/python -m tests.mutation", description=__doc__)
    asked.add_argument("targets", nargs="*", help="files; all of the pure code unless given")
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="mutants tested at a time")
    asked.add_argument("--folder", type=Path, help="where to work and leave the mutants; a temporary one unless given")
    given = asked.parse_args()
    targets = given.targets or TARGETS
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        prepare(folder, targets)
        run(folder, given.jobs)
        report(folder, targets)


if __name__ == "__main__":
    main()
