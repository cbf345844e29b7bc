"""Back to an earlier version, with the data: which migrations are undone, and what is lost by that."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.models import Field, Model

from common.append_only import EVERY
from common.exceptions import Refused

VERSIONS = {
    "v1": {
        "accounts": "0004_tokens",
        "areas": "0003_succession",
        "jobs": "0001_initial",
        "papers": "0003_about",
        "returns": "0004_append_only",
        "acceptance": "0002_what_changes_bear_on",
        "inspection": "0005_publication_corrections",
        "spotcheck": "0004_held_photo",
        "workbooks": "0002_count_workbooks",
        "ledgers": "0001_initial",
        "certificates": "0004_moments",
        "screens": "0001_initial",
    },
}
"""Where the migrations of each app of ours stood in a version; an app that is not named did not exist."""
AS_THEY_ARE = {"auth", "contenttypes", "sessions", "django_tasks_database"}
"""Libraries whose tables were the same in every version."""


@dataclass(frozen=True)
class Loss:
    """A table, or one column of it, that the earlier version has not, with how many rows say something there."""

    table: str
    name: str
    column: str
    rows: int

    def __str__(self) -> str:
        what = f"“{self.column}”一列" if self.column else "全部"
        return f"{self.name}（{self.table}）{what}：{self.rows:,} 行"


def targets(version: str) -> list[tuple[str, str | None]]:
    """How far each app's migrations are undone; Refused for a version that is not known."""
    if version not in VERSIONS:
        raise Refused(f"没有版本 {version}，可以降级到：{'、'.join(VERSIONS)}。")
    past = VERSIONS[version]
    later = {app for app, _ in MigrationLoader(connection).applied_migrations} - past.keys() - AS_THEY_ARE
    return [*past.items(), *((app, None) for app in sorted(later))]


def losses(version: str) -> list[Loss]:
    """What stands in tables and columns that the version has not, by table. What a table of then renames is told as lost, too."""
    loader = MigrationLoader(connection)
    past = _tables(loader.project_state([(app, name) for app, name in targets(version) if name]).apps)
    present = _tables(loader.project_state(loader.graph.leaf_nodes()).apps)
    applied = {app for app, _ in targets(version)}
    found = [
        loss
        for table, model in sorted(present.items())
        if model._meta.app_label in applied
        for loss in _of_table(model, past.get(table))
    ]
    return [loss for loss in found if loss.rows]


def _tables(apps) -> dict[str, type[Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def _of_table(model: type[Model], before: type[Model] | None) -> Iterator[Loss]:
    named = model._meta.db_table, str(model._meta.verbose_name)
    if before is None:
        yield Loss(*named, "", model._base_manager.count())
        return
    known = {field.column for field in before._meta.concrete_fields}
    for field in model._meta.concrete_fields:
        if field.column not in known:
            yield Loss(*named, str(field.verbose_name), _saying_something(model, field))


def _saying_something(model: type[Model], field: Field) -> int:
    """Rows in which the column has a value, and not that which it has by itself."""
    rows = model._base_manager.exclude(**{f"{field.name}__isnull": True})
    nothing = field.get_default() if field.has_default() and not callable(field.default) else ""
    if nothing == "" and not field.empty_strings_allowed:
        return rows.count()
    return rows.exclude(**{field.name: nothing}).count()


def downgrade(version: str) -> None:
    """Undo the migrations since the version; tables to which rows can only be added stay so."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets(version))
    there = set(connection.introspection.table_names())
    for guard in EVERY:
        if guard.table in there and guard.missing(connection):
            guard.install(connection)
