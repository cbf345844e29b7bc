"""That the kept test database is as good as one made anew."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from common.append_only import EVERY
from tests import kept_database
from tests.kept_database import NOT_BEFORE, ROOT

_IMPORT = re.compile(r"^(?:from|import) ([\w.]+)", re.M)


def test_whatever_a_migration_imports_belongs_to_the_key():
    files = kept_database.made_by()
    migrations = [file for file in files if file.parent.name == "migrations"]
    named = {name for file in migrations for name in _IMPORT.findall(file.read_text(encoding="utf-8"))}
    imported = [Path(find_spec(name).origin) for name in named if (ROOT / name.split(".")[0]).is_dir()]

    assert len(migrations) > 10 and imported
    assert not [file for file in imported if file.name != "__init__.py" and file not in files]


def test_key_changes_with_a_migration(tmp_path, monkeypatch):
    file = tmp_path / "room" / "migrations" / "0001_initial.py"
    file.parent.mkdir(parents=True)
    (tmp_path / "room" / "__init__.py").touch()
    file.write_text("one")
    monkeypatch.setattr(kept_database, "ROOT", tmp_path)
    before = kept_database.key()

    file.write_text("two")

    assert kept_database.made_by() == [file]
    assert kept_database.key() != before


def test_copies_are_apart_and_whole_when_they_begin(db):
    other = connection.copy()

    def kinds() -> int:
        with other.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_content_type")
            return cursor.fetchone()[0]

    for _ in range(2):
        with kept_database.in_use(other):
            assert kinds() == ContentType.objects.count()
            with other.cursor() as cursor:
                cursor.execute("INSERT INTO django_content_type (app_label, model) VALUES ('left', 'behind')")
            assert kinds() == ContentType.objects.count() + 1


def test_every_trigger_of_the_kept_database_can_be_lifted_for_a_flush(db):
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(names[connection.vendor])
        there = {name for (name,) in cursor.fetchall()}

    assert there and there == {name for protected in EVERY for name in protected._triggers(connection)}


@pytest.fixture
def made(tmp_path, monkeypatch) -> list[str]:
    """The databases that had to be made, in a folder of their own; none is."""
    names: list[str] = []
    monkeypatch.setattr(kept_database, "KEPT", tmp_path)
    monkeypatch.setattr(kept_database, "_make", lambda connection, name: Path(name).touch() or names.append(name))
    return names


def test_database_that_is_kept_is_not_made_again(made):
    for _ in range(2):
        with kept_database._on_sqlite(connection):
            pass

    assert len(made) == 1


def test_run_of_everything_takes_no_older_database(made, monkeypatch):
    for moment in ("", "4102444800"):
        monkeypatch.setenv(NOT_BEFORE, moment)
        with kept_database._on_sqlite(connection):
            pass

    assert len(made) == 2
