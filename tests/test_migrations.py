"""An upgrade can be taken back: every migration since v1 is undone and done again, with rows in the tables."""

import copy
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.models import Field

from accounts.models import User
from areas.models import Succession
from common.append_only import EVERY
from inspection.models import Evidence, Submission
from tests.inspection.conftest import COVERED, TOWN, chain, day, district, people
from tests.upkeep.going_back import code_of, started
from upkeep.downgrading import VERSIONS, downgrade

SECONDS = 40.0

__all__ = ["chain", "day", "district", "people"]

V1 = list(VERSIONS["v1"].items())

LOST = {
    "inspection_publicnotice",
    "inspection_ratificationbasis",
    "inspection_unitlook",
}
"""Of the tables with rows in this test those that v1 has not: what stands in them is gone for good."""


def test_v1_names_every_app_of_ours_that_had_tables():
    ours = {app.label for app in apps.get_app_configs() if settings.BASE_DIR in Path(app.path).parents}

    assert {label for label, _ in V1} <= ours


def test_every_migration_since_v1_is_reversible():
    loader = MigrationLoader(None)
    old = {node for leaf in V1 for node in loader.graph.forwards_plan(leaf)}
    new = [migration for node, migration in loader.disk_migrations.items() if node[0] in dict(V1) and node not in old]

    stuck = [f"{migration} {each}" for migration in new for each in migration.operations if not each.reversible]
    assert stuck == []


@pytest.fixture
def fields_are_copied(monkeypatch):
    """Migrations render models some 27,000 times; Django makes each field anew from what it takes apart, which is half of the time."""
    monkeypatch.setattr(Field, "clone", copy.deepcopy)


@pytest.mark.usefixtures("fields_are_copied")
@pytest.mark.django_db(transaction=True)
def test_upgrade_is_undone_and_done_again_with_its_rows(chain, make_area, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    chain.ratified(COVERED)
    chain.heard(TOWN)
    succeeded(make_area, chain.people.reviewer)
    before, kept = rows(), rows_that_v1_can_hold()
    assert {table for table, found in before.items() if found and not kept[table]} == LOST
    # Of an area that was split v1 knew nothing: left out where it goes back, and so it does not come again.
    Succession.objects.create(area_id="441802193", successor_id="441802191", kind="split", on=date(2018, 5, 1))

    downgrade("v1")
    assert {table: len(found) for table, found in rows().items() if table in kept} == {
        table: len(found) for table, found in kept.items() if table in rows()
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM areas_succession ORDER BY id")
        assert [kind for (kind,) in cursor.fetchall()] == ["merged", "renamed"]
    if tree := code_of("v1", tmp_path / "v1"):
        assert started(tree, tmp_path, chain.people.reviewer.username).endswith("2 reports\n")
    migrate(MigrationLoader(connection).graph.leaf_nodes())

    assert rows() == kept and sum(map(len, kept.values())) > 100
    assert [guard.table for guard in EVERY if guard.missing(connection)] == []


def succeeded(make_area, by) -> None:
    """An area that went into another, which was called otherwise since."""
    for number in (1, 2, 3):
        make_area(f"44180219{number}")
    for kind, gone in (("merge", 1), ("rename", 2)):
        Succession.objects.create(
            area_id=f"44180219{gone}",
            successor_id=f"44180219{gone + 1}",
            kind=kind,
            on=date(2018, 5, 1),
            document="函",
            by=by,
            carries_title=False,
        )


def rows_that_v1_can_hold() -> dict[str, list]:
    """All rows without what v1 has no table or column for, in words that it knows; the database stays as it is."""
    with transaction.atomic():
        User.objects.update(phone="")
        Evidence.objects.update(criterion="", look="", remark="", is_made=False, taken_at=None)
        assert Evidence.objects.filter(kind="order_statistics").exists()
        Evidence.objects.exclude(kind__in=["photo", "document", "speed_test"]).update(kind="document")
        assert Submission.objects.filter(state="notice").update(state="submitted") == 1
        found = rows()
        transaction.set_rollback(True)
    return {table: [] if table in LOST else each for table, each in found.items()}


def migrate(targets: list) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([target for target in targets if target in executor.loader.graph.nodes])


def rows() -> dict[str, list]:
    """All rows of all tables of ours, as the database gives them."""
    labels = {f"{label}_" for label, _ in V1}
    tables = [name for name in connection.introspection.table_names() if name.startswith(tuple(labels))]
    return {table: _all(table) for table in sorted(tables)}


def _all(table: str) -> list:
    with connection.cursor() as cursor:
        columns = sorted(column.name for column in connection.introspection.get_table_description(cursor, table))
        cursor.execute(f"SELECT {', '.join(map(connection.ops.quote_name, columns))} FROM {table}")
        return sorted(map(repr, cursor.fetchall()))
