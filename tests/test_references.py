"""What documents and docstrings name is there: files, folders, modules of the rooms with what is said to stand in them."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands

from tests.test_names import ROOMS, docstrings

ROOT = settings.BASE_DIR
READ = [*ROOMS, "tests", "benchmarks", "docs", "templates", "static", "types", "deploy"]
MADE_LATER = ("var/", "staticfiles/", "static/vendor/", "node_modules/", "PORTAL_VAR/", "evidence/", "keys/")
"""Folders that set-up or use makes; the last two under PORTAL_VAR."""
FILE = re.compile(r"[\w.-]+(?:/[\w.-]+)*\.(?:css|csv|html|js|lock|md|py|sql|toml|typ|ts|txt)")
FOLDER = re.compile(r"[\w.-]+(?:/[\w.-]+)*/")
DOTTED = re.compile(r"([a-z_]\w*(?:\.\w+)+)(?:\(.*\))?")

NO_FILES = {
    "areas.csv": "a table of a data package",
    "js/name.js": "any script",
    "map/data/": "an address",
}
NO_MODULES = re.compile(
    r"(areas|sites|returns)\.(kind|setting|datum|status)|(changes|successions)\.\w+|national\.\w+|page\.(url|clock)|package\.report"
    r"|(lights|criterion|titles|awarded|orders|points|tagged|tagged_reached)\.\w+"
)
"""Columns of the data package; tables of benchmarks/; what a browser test holds; what an argument has; figures by their names."""


@cache
def files() -> frozenset[str]:
    """Every file that is read here, from the root."""
    found = [path for path in ROOT.iterdir() if path.is_file()]
    found += [path for name in READ for path in (ROOT / name).rglob("*") if path.is_file()]
    return frozenset(str(path.relative_to(ROOT)) for path in found if "__pycache__" not in path.parts)


@cache
def modules() -> dict[str, list[set[str]]]:
    """What modules and packages define or import, by each way to name one: in full, or by its last parts."""
    found = defaultdict(list)
    for name in files():
        if name.endswith(".py"):
            parts = name.removesuffix(".py").removesuffix("/__init__").split("/")
            for start in range(len(parts)):
                found[".".join(parts[start:])].append(defined(name))
    return found


@cache
def defined(name: str) -> set[str]:
    """The names that a module gives to something: functions, classes, variables, imports."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / name).read_text("utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.alias)):
            found |= {node.name, getattr(node, "asname", None) or node.name}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


def named() -> Iterator[tuple[str, str]]:
    """Where a page or docstring names something in backticks, and what."""
    for page in (name for name in files() if name.endswith(".md")):
        for number, line in enumerate((ROOT / page).read_text("utf-8").splitlines(), 1):
            yield from ((f"{page}:{number}", token) for token in re.findall(r"`([^`]+)`", line))
    for file, line, text in docstrings():
        yield from ((f"{file}:{line}", token) for token in re.findall(r"``([^`]+)``", text))


def has_file(where: str, token: str) -> bool:
    """Whether the file or folder stands there: from the root, from the folder of who names it, or somewhere by its last parts."""
    if token in NO_FILES or token.startswith(MADE_LATER):
        return True
    beside = str(Path(where.rpartition(":")[0]).parent / token)
    if token.endswith("/"):
        return any(name.startswith((token, f"{beside}/")) or f"/{token}" in name for name in files())
    return token in files() or beside in files() or any(name.endswith(f"/{token}") for name in files())


def has_name(token: str) -> bool:
    """Whether a dotted name that begins with a module of ours leads to a module, or to something that one of that name defines."""
    parts, known = token.split("."), modules()
    length = max((end for end in range(1, len(parts) + 1) if ".".join(parts[:end]) in known), default=0)
    if length in (0, len(parts)) or NO_MODULES.fullmatch(token):
        return True
    return any(parts[length] in names for names in known[".".join(parts[:length])])


def test_files_that_are_named_exist():
    missing = [
        f"{where}: {token}"
        for where, token in named()
        if (FILE.fullmatch(token) or FOLDER.fullmatch(token)) and not has_file(where, token)
    ]

    assert missing == []


def test_modules_that_are_named_exist():
    missing = [
        f"{where}: {token}"
        for where, token in named()
        if not FILE.fullmatch(token) and (found := DOTTED.fullmatch(token)) and not has_name(found[1])
    ]

    assert missing == []


def test_manual_has_every_variable_and_command():
    manual = (ROOT / "docs/operations.md").read_text("utf-8")
    rows = "".join(line.rpartition("|")[0] for line in manual.splitlines() if line.startswith("| `"))
    settings_text = (ROOT / "qingcheng_fiber/settings.py").read_text("utf-8")
    read = set(re.findall(r'"((?:PORTAL_|DATABASE_)[A-Z_]+)"', settings_text))
    assert set(re.findall(r"`((?:PORTAL_|DATABASE_)[A-Z_]+)`", rows)) == read
    typed = re.findall(r"(?:^|`|; |&& |env )portal(?:_root)? ([a-z_]+)", manual, re.M)
    assert len(typed) > 40 and set(typed) - get_commands().keys() == set()


def test_what_is_not_there_is_noticed():
    assert not has_name("dossier.register") and has_name("dossier.verify")
    assert not has_file("docs/progress.md:1", "unheard.py") and has_file("docs/progress.md:1", "query.py")
