"""docs/plan.md names every clause of the plan once, and what it points to is there."""

import ast
import csv
import re

import pytest
from django.conf import settings
from django.urls import get_resolver

from tests.test_urls import patterns

ROOT = settings.BASE_DIR
ROW = re.compile(
    r"^\| ([RGTSM]\d\d) \| (.+) \| (?:`([\w:]+)` \| `([^`]+)` \| `([^`]+)`|(?:\*not built\*|nothing to measure) \| \|) \|$",
    re.M,
)
FOUND = ROW.findall((ROOT / "docs/plan.md").read_text("utf-8"))
BUILT = [row for row in FOUND if row[2]]


def defined(path: str) -> set[str]:
    return {each.name for each in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))) if hasattr(each, "name")}


def test_every_clause_stands_there_once_in_order():
    with (ROOT / "acceptance/plans/plan_clauses.csv").open(encoding="utf-8") as file:
        clauses = [row["id"] for row in csv.DictReader(file)]
    assert [row[0] for row in FOUND] == clauses


def test_targets_and_standards_are_all_built():
    assert {row[0] for row in FOUND if row[0][0] in "GTS"} == {row[0] for row in BUILT if row[0][0] in "GTS"}


@pytest.mark.parametrize(("clause", "what", "page", "code", "test"), BUILT, ids=[row[0] for row in BUILT])
def test_what_is_pointed_to_is_there(clause, what, page, code, test):
    assert page in set(patterns(get_resolver()))
    for pointed, mark in ((code, ":"), (test, "::")):
        path, _, name = pointed.partition(mark)
        assert (ROOT / path).exists() and (not name or name in defined(path)), pointed
