"""One public name, one meaning: classes of the product, the terms of docs/glossary.md, docstrings that stand alone."""

import ast
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

ROOT = settings.BASE_DIR
ROOMS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["root_packages"]
DJANGO_ASKS_FOR = {"Meta", "Command"}
"""Names by which Django looks for a class."""

TERSE = ("acceptance/rules/", "acceptance/wording/")
"""Folders in which a docstring may lean on the name beside it, as in a table: “Of an area.”"""

CHINESE = re.compile(r"[\u4e00-\u9fff]+")


@cache
def trees() -> dict[Path, ast.Module]:
    """Every file of the product that is no migration, parsed."""
    files = (file for room in ROOMS for file in (ROOT / room).rglob("*.py") if "migrations" not in file.parts)
    return {file.relative_to(ROOT): ast.parse(file.read_text("utf-8")) for file in files}


def definitions() -> dict[str, list[Path]]:
    """Every public class, and the files that define it."""
    found = defaultdict(list)
    for file, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and node.name not in DJANGO_ASKS_FOR:
                found[node.name].append(file)
    return found


def docstrings() -> Iterator[tuple[Path, int, str]]:
    """Every docstring, those of variables too: file, line, text."""
    for file, tree in trees().items():
        for node in ast.walk(tree):
            is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if is_text and isinstance(node.value.value, str):
                yield file, node.lineno, node.value.value


def glossary() -> list[tuple[str, str]]:
    """The Chinese and the English of each row."""
    lines = (ROOT / "docs/glossary.md").read_text("utf-8").splitlines()
    rows = [line.split("|") for line in lines if line.startswith("|")]
    return [(row[1].strip(), row[2].strip()) for row in rows[2:]]


def repeated(words: list[str]) -> list[str]:
    return [word for word, count in Counter(words).items() if count > 1]


def test_public_class_names_are_defined_once():
    assert {name: files for name, files in definitions().items() if len(files) > 1} == {}


def test_glossary_has_each_chinese_term_once():
    terms = [term for chinese, _ in glossary() for term in re.split(r" / |，|（|）", chinese) if CHINESE.search(term)]

    assert len(terms) > 100 and repeated(terms) == []


def test_glossary_has_each_identifier_once():
    words = [word for _, english in glossary() for word in re.findall(r"`([^`]+)`", english)]

    assert len(words) > 100 and repeated(words) == []


def test_classes_of_the_glossary_exist():
    known = definitions()
    words = re.findall(r"`([^`]+)`", (ROOT / "docs/glossary.md").read_text("utf-8"))
    classes = {word.split(".")[0] for word in words if re.fullmatch(r"[A-Z][a-z]\w*(\.\w+)?", word)}

    assert classes and classes - known.keys() == set()


def test_docstrings_stand_alone():
    """In an IDE nobody sees what stood above: no docstring begins with “The same”, or with a word that stands for another."""
    leaning = re.compile(r"(The same|Those|They|Them|It|Of|So (many|much|long|far))\b")

    found = {f"{file}:{line}" for file, line, text in docstrings() if leaning.match(text.lstrip())}
    assert {place for place in found if not place.startswith(TERSE)} == set()
