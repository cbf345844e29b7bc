"""The house as docs/architecture.md draws it: which rooms there are, how large they are, and what mirrors them."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from acceptance.hooks import AFTER_JUDGING
from accounts.hooks import SHOWN_ACCOUNTS
from common.hooks import AFTER_EXPORT
from inspection.hooks import SAMPLES, SECTIONS
from register.hooks import FINDERS

ROOT = settings.BASE_DIR
CONTRACT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
ROOMS = CONTRACT["root_packages"]
BESIDE = {"tests", "benchmarks"}
"""Packages that are no part of the product."""

COMMON = """
append_only apps clock commands constraints converters exceptions exports filters forms hooks http listing locking periods pinyin
registry scope
"""
"""A helper that two rooms need goes here, and only with a line of its own in this list."""

LARGEST_SHARE = 0.20
ALSO_TESTED = {"access_table", "benchmarks", "browser", "reference", "scripts"}
"""Folders of tests that cross all rooms."""


def product_files() -> list[Path]:
    return [file for room in ROOMS for file in (ROOT / room).rglob("*.py") if "migrations" not in file.parts]


def test_every_top_level_package_stands_in_the_contract():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - BESIDE
    layers = [room for line in CONTRACT["contracts"][0]["layers"] for room in re.split(r" [|:] ", line)]

    assert packages == set(ROOMS)
    assert sorted(layers) == sorted(ROOMS)


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


@pytest.mark.parametrize("registry", [AFTER_EXPORT, AFTER_JUDGING, FINDERS, SAMPLES, SECTIONS, SHOWN_ACCOUNTS])
def test_what_is_registered_is_there(registry):
    assert all(callable(import_string(name)) for name in registry.names)


def test_rooms_register_what_is_theirs():
    """A dotted name in an ``apps.py`` leads into its own room, so that no import upwards hides in a string."""
    astray = []
    for file in (path for room in ROOMS for path in (ROOT / room).rglob("apps.py")):
        package = ".".join(file.relative_to(ROOT).parts[:-1])
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "register":
                astray += [arg.value for arg in node.args if not str(arg.value).startswith(f"{package}.")]

    assert astray == []
