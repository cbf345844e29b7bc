"""Which tests ask a second database nothing that others do not ask it."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connections

from areas.models import Operator
from tests import asked

ALIKE = [
    ('SELECT "a" WHERE "id" IN (%s, %s, %s)', 'SELECT "a" WHERE "id" IN (%s, %s)'),
    ('INSERT INTO "a" VALUES (%s, %s), (%s, %s)', 'INSERT INTO "a" VALUES (%s, %s), (%s, %s), (%s, %s)'),
    ('SAVEPOINT "s140_x1"', 'SAVEPOINT "s977_x12"'),
    ('SELECT "a" LIMIT 21', 'SELECT "a" LIMIT 5'),
]
OTHER = [
    ('SELECT "a" WHERE "id" = %s', 'SELECT "a" WHERE "code" = %s'),
    ('SELECT "a" ORDER BY "id"', 'SELECT "a" ORDER BY "id" DESC'),
    ('SELECT "a"', 'SELECT "a" FOR UPDATE'),
]


PLAIN = Path(__file__).with_name("__init__.py")


def item(nodeid: str, fixtures=("db",), path: Path = PLAIN, **mark) -> SimpleNamespace:
    marked = SimpleNamespace(kwargs=mark)
    return SimpleNamespace(nodeid=nodeid, fixturenames=fixtures, path=path, get_closest_marker=lambda name: marked)


def several(count: int, **asks) -> list[SimpleNamespace]:
    return [item(f"test {number}", **asks) for number in range(count)]


def left(items: list, noted: dict[str, list[int]]) -> list[str]:
    gone = [each.nodeid for each in asked.needless(items, noted)]
    return [each.nodeid for each in items if each.nodeid not in gone]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_values_and_how_many_make_no_other_statement(one, other):
    assert asked.shape(one) == asked.shape(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other_statements_are_others(one, other):
    assert asked.shape(one) != asked.shape(other)


def test_each_statement_is_asked_often_enough():
    noted = {f"test {number}": [1, 2] for number in range(5)} | {"test 5": [2, 3]}
    assert left(several(6), noted) == ["test 0", "test 1", "test 2", "test 5"]


def test_what_asks_most_comes_first():
    noted = {"test 0": [1], "test 1": [2], "test 2": [3], "test 3": [1, 2, 3], "test 4": [1, 2, 3], "test 5": [1, 2, 3]}
    assert left(several(6), noted) == ["test 3", "test 4", "test 5"]


@pytest.mark.parametrize("fixtures", [("transactional_db",), ("live_server", "db")])
def test_transactions_that_meet_are_always_asked(fixtures):
    noted = {f"test {number}": [1] for number in range(5)}
    assert len(left(several(5, fixtures=fixtures), noted)) == 5
    assert len(left(several(5), noted)) == asked.ENOUGH


def test_marks_and_modules_that_name_a_database_are_always_asked():
    assert asked.is_always_asked(item("marked", transaction=True))
    assert asked.is_always_asked(item("here", path=Path(__file__)))  # By its last line: PostgreSQL.
    assert not asked.is_always_asked(item("any"))


def test_what_was_not_noted_is_asked():
    assert left([item("new")], {}) == ["new"]
    assert asked.read(Path("/nowhere/asked")) == {}


@pytest.mark.django_db
def test_statements_are_noted(monkeypatch, tmp_path):
    monkeypatch.setattr(connections["default"], "execute_wrappers", [])
    monkeypatch.setattr(asked, "ASKED", {})
    monkeypatch.setattr(asked, "_now", set())
    monkeypatch.setenv(asked.NOTED_IN, str(tmp_path / "asked"))
    asked.begin()
    list(Operator.objects.filter(code="x"))
    asked.note("first")
    asked.note("second")
    asked.write()

    noted = asked.read(tmp_path / "asked")
    assert len(noted["first"]) == 1
    assert noted["second"] == []
    assert json.loads((tmp_path / "asked").read_text()) == noted
