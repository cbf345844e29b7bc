"""docs/security.md: every requirement once, how it stands, and tests that are there."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from django.conf import settings

ROOT = settings.BASE_DIR
STANDS = ("met", "partly", "not", "n.a.")
ID = re.compile(r"\bV\d+\.\d+\.\d+\b")
TEST = re.compile(r"`([\w/]+\.py)?::(test_\w+)`")
HEAD = "| stands | shown by |"


@cache
def page() -> str:
    return (ROOT / "docs/security.md").read_text("utf-8")


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def requirements() -> Iterator[list[str]]:
    """The cells of every row of the tables that say how a requirement stands."""
    is_inside = False
    for line in page().splitlines():
        is_inside = line.startswith("|") and (is_inside or line.endswith(HEAD))
        if is_inside and not line.endswith(HEAD) and not line.startswith("|---"):
            yield cells(line)


@cache
def defined_in(file: str) -> frozenset[str]:
    """The names of the tests in a file; none where there is no such file."""
    path = ROOT / file
    nodes = ast.walk(ast.parse(path.read_text("utf-8"))) if path.is_file() else ()
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))


def named_tests(text: str) -> Iterator[tuple[str, str]]:
    """File and name of each test; a name alone is of the file before it in its row."""
    for line in text.splitlines():
        file = ""
        for match in TEST.finditer(line):
            file = match[1] or file
            yield file, match[2]


def missing(text: str) -> list[str]:
    return [f"{file}::{name}" for file, name in named_tests(text) if name not in defined_in(file)]


def test_every_requirement_of_asvs_stands_once():
    asked = (ROOT / "tests/asvs-5.0.0.txt").read_text("utf-8").splitlines()
    ids = [line.split()[0] for line in asked if not line.startswith("#")]
    told = Counter(ID.findall("\n".join(row[0] for row in requirements())))
    assert len(ids) > 250 and told == Counter(ids)
    assert Counter(ID.findall(page())) == told


def test_every_row_says_how_it_stands_and_what_shows_it():
    rows = list(requirements())
    assert len(rows) > 150
    assert [row[0] for row in rows if len(row) != 5 or row[3] not in STANDS or not all(row)] == []
    # What holds is shown by something; only what is missing, another's, or not there at all may have nothing to show.
    assert [row[0] for row in rows if row[3] == "met" and row[4] == "–"] == []


def test_tests_that_are_named_exist():
    assert len(list(named_tests(page()))) > 200
    assert missing(page()) == []


def test_sums_are_those_of_the_tables():
    asvs = Counter()
    for row in requirements():
        asvs[row[3]] += len(ID.findall(row[0]))
    (line,) = [line for line in page().splitlines() if line.startswith("| V1–V17 |")]
    assert cells(line)[1:] == [str(asvs[stands]) for stands in STANDS]


def test_what_is_wrong_is_noticed():
    known = "`tests/test_security_map.py::test_sums_are_those_of_the_tables`, `::test_no_such`"
    assert missing(known) == ["tests/test_security_map.py::test_no_such"]
    assert missing("`tests/no_such.py::test_x`") == ["tests/no_such.py::test_x"] and missing("`::test_x`") == [
        "::test_x"
    ]
