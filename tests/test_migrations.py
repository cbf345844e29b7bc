"""An upgrade can be taken back: every migration since v1 is undone and done again, with rows in the tables."""

from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from accounts.models import User
from accounts.posts import Post
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


@pytest.mark.django_db(transaction=True)
def test_upgrade_is_undone_and_done_again_with_its_rows(chain, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    chain.ratified(COVERED)
    chain.heard(TOWN)
    before, kept = rows(), rows_that_v1_can_hold()
    assert {table for table, found in before.items() if found and not kept[table]} == LOST

    downgrade("v1")
    assert {table: len(found) for table, found in rows().items() if table in kept} == {
        table: len(found) for table, found in kept.items() if table in rows()
    }
    if tree := code_of("v1", tmp_path / "v1"):
        assert started(tree, tmp_path, chain.people.reviewer.username).endswith("2 reports\n")
    migrate(MigrationLoader(connection).graph.leaf_nodes())

    assert rows() == kept and sum(map(len, kept.values())) > 100
    assert [guard.table for guard in EVERY if guard.missing(connection)] == []


@pytest.mark.django_db(transaction=True)
def test_successions_go_back_and_come_again(make_area, make_user):
    """What the old table can hold comes back as it was; what it cannot is left out."""
    for code in ("441802", "441802101", "441802102", "441802103"):
        make_area(code)
    said = {"on": date(2018, 5, 1), "by": make_user(Post.REVIEWER)}
    for kind, gone, heir in (("merge", 0, 1), ("rename", 1, 2)):
        Succession.objects.create(
            area_id=f"44180210{gone + 1}", successor_id=f"44180210{heir + 1}", kind=kind, document="函", **said
        )
    before = list(Succession.objects.order_by("pk").values())
    Succession.objects.create(area_id="441802103", successor_id="441802101", kind="split", on=date(2018, 5, 1))

    migrate([("areas", "0004_one_clock")])
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM areas_succession ORDER BY id")
        assert [kind for (kind,) in cursor.fetchall()] == ["merged", "renamed"]
    migrate(MigrationLoader(connection).graph.leaf_nodes())
    old = [{**row, "carries_title": bool(row["carries_title"])} for row in before]
    assert list(Succession.objects.order_by("pk").values()) == old


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
