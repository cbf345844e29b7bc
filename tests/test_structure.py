"""The house as docs/architecture.md draws it: which rooms there are, how large they are, and what mirrors them."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from subprocess import PIPE

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from common.registry import Registry

ROOT = settings.BASE_DIR
CONTRACT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
ROOMS = CONTRACT["root_packages"]
BESIDE = {"tests", "benchmarks"}
"""Packages that are no part of the product."""

COMMON = """
append_only apps clock commands constraints converters database digests exceptions exports filters forms hooks http listing locking lookups
periods pinyin
registry replica request_id scope
values
"""
"""A helper that two rooms need goes here, and only with a line of its own in this list."""

LARGEST_SHARE = 0.20
ALSO_TESTED = {
    "access_table",
    "benchmarks",
    "browser",
    "intake/corpus",
    "planted",
    "reference",
    "scripts",
    "simulation",
}
"""Folders of tests that cross all rooms."""


def product_files() -> list[Path]:
    return [file for room in ROOMS for file in (ROOT / room).rglob("*.py") if "migrations" not in file.parts]


def test_every_top_level_package_stands_in_the_contract():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - BESIDE
    layers = [room for line in CONTRACT["contracts"][0]["layers"] for room in re.split(r" [|:] ", line)]

    assert packages == set(ROOMS)
    assert sorted(layers) == sorted(ROOMS)


def test_nothing_that_is_installed_is_tracked():
    """A link to an environment in the tree would take the place of the environment wherever the tree is checked out."""
    tree = ROOT / ".git"
    if not tree.exists():
        pytest.skip("no repository")
    tracked = subprocess.run(
        ["git", "ls-files", ".venv", "node_modules", "static/vendor"], cwd=ROOT, text=True, stdout=PIPE
    )

    assert tracked.stdout.split() == []


def test_common_is_a_closed_list():
    assert {file.stem for file in (ROOT / "common").glob("*.py")} == {"__init__", *COMMON.split()}


def test_no_room_is_too_large():
    lines = dict.fromkeys(ROOMS, 0)
    for file in product_files():
        lines[file.relative_to(ROOT).parts[0]] += len(file.read_text("utf-8").splitlines())
    total = sum(lines.values())

    assert {room: count for room, count in lines.items() if count > LARGEST_SHARE * total} == {}


@pytest.mark.parametrize("mirror", ["templates", "tests"])
def test_folders_mirror_the_rooms(mirror):
    """Of each folder of templates or tests there is a package of the same name."""
    also = {ROOT / mirror / name for name in ALSO_TESTED} if mirror == "tests" else set()
    folders = [
        folder
        for folder in (ROOT / mirror).rglob("*")
        if folder.is_dir() and folder.name != "__pycache__" and also.isdisjoint({folder, *folder.parents})
    ]
    strange = [folder for folder in folders if not (ROOT / folder.relative_to(ROOT / mirror) / "__init__.py").exists()]

    assert folders and strange == []


def test_architecture_names_every_room():
    page = (ROOT / "docs/architecture.md").read_text("utf-8")

    assert [room for room in ROOMS if f"`{room}/`" not in page] == []


REGISTRIES = {
    f"{file.parent.name}.{name}": registry
    for file in sorted(ROOT.glob("*/hooks.py"))
    for name, registry in vars(import_module(f"{file.parent.name}.hooks")).items()
    if isinstance(registry, Registry)
}


@pytest.mark.parametrize("name", REGISTRIES)
def test_what_is_registered_is_there(name):
    names = REGISTRIES[name].names

    assert names and [each for each in names if not callable(import_string(each))] == []


def registrations() -> Iterator[tuple[str, str]]:
    """The package and the dotted name of every ``register`` of a function in an ``apps.py``."""
    for file in (path for room in ROOMS for path in (ROOT / room).rglob("apps.py")):
        package = ".".join(file.relative_to(ROOT).parts[:-1])
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "register":
                yield from ((package, arg.value) for arg in node.args if isinstance(arg, ast.Constant))


def test_rooms_register_what_is_theirs():
    """A dotted name in an ``apps.py`` leads into its own room, so that no import upwards hides in a string."""
    assert [name for package, name in registrations() if not name.startswith(f"{package}.")] == []


def test_every_registration_reaches_a_registry():
    """A registry outside a ``hooks.py`` would be none that this page and its tests know."""
    written = [name for _, name in registrations()]

    assert sorted(written) == sorted(name for registry in REGISTRIES.values() for name in registry.names)


def test_registry_that_was_used_takes_no_more():
    registry = Registry()
    registry.register("common.clock.now")
    assert len(list(registry)) == 1

    with pytest.raises(RuntimeError, match="too late"):
        registry.register("common.clock.today")
