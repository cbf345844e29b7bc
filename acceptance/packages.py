"""Import and export of data packages, and loading the rows of one ledger; all bulk data pass through here.

A package is all or nothing; of a ledger a row with an error stays out and the others go in.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from django.db import connection, transaction

from acceptance import plan
from acceptance.judging import import_notes, judging
from acceptance.rules import service
from accounts import audit
from accounts.models import User
from areas import workdays
from areas.models import Area
from areas.package import writing
from areas.package.changing import ChangesTable
from areas.package.network import OperatorsTable, ServiceOrdersTable
from areas.package.package import (
    Handler,
    ImportOutcome,
    Package,
    RowChange,
    Selection,
    chunks,
    open_package,
    undisturbed,
)
from areas.package.places import AccessPointsTable, SitesTable
from areas.package.succeeding import SuccessionsTable
from areas.package.tables import PackageRow, PackageSheet, TableData
from areas.package.tree import AreasTable
from returns.package import ReturnsTable

Say = Callable[[str], None]


class UnknownArea(Exception):
    """The area of an export is not in the database."""


def handlers() -> list[Handler]:
    """The tables of the format, in its order, for one import or export."""
    return [
        AreasTable(),
        SitesTable(),
        OperatorsTable(),
        AccessPointsTable(),
        ServiceOrdersTable(_due_on()),
        ReturnsTable(),
        ChangesTable(int(plan.current().permanent_households.value)),
        SuccessionsTable(),
    ]


def _due_on() -> Callable[[date, bool], date]:
    terms = plan.current().service
    calendar = workdays.load()

    def due_on(accepted_on: date, needs_expansion: bool) -> date:
        return service.due_on(accepted_on, needs_expansion, terms, calendar)

    return due_on


def import_package(
    path: Path, *, by, dry_run: bool = False, say: Say = lambda text: None
) -> tuple[Package, ImportOutcome | None]:
    """Check the package at ``path`` and, unless it has errors or this is a rehearsal, bring it in, all or nothing.

    The outcome is None when nothing was to be brought in. ``areas.package.tables.Unreadable``
    when the package cannot be read.
    """
    with undisturbed():
        return _imported(path, by, dry_run, say)


def _imported(path: Path, by, dry_run: bool, say: Say) -> tuple[Package, ImportOutcome | None]:
    say(f"读取 {path} ……")
    package = open_package(path, handlers())
    say(f"读到 {sum(package.counts().values())} 行，开始检查 ……")
    if dry_run:
        package.check()
        return package, None
    with transaction.atomic():
        if package.check().errors:
            return package, None
        say("检查完毕，开始导入 ……")
        outcome = package.store()
        outcome.counties = import_notes.leave(outcome)
        audit.record(action="package.import", by=by, detail=_detail(path, package, outcome))
    return package, outcome


def judge(outcome: ImportOutcome, say: Say = lambda text: None) -> None:
    """Judge again the counties that an import concerns, and have the database count what is new.

    Until it has (PostgreSQL does by itself, some time), it reads thousands of rows by plans made for empty tables.
    """
    for county in sorted(outcome.counties):
        say(f"重新评定 {county} ……")
        judging.refresh(county)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _detail(path: Path, package: Package, outcome: ImportOutcome) -> dict:
    return {
        "path": path.name,
        "sha256": _digest(path),
        "rows": package.counts(),
        "created": outcome.created,
        "changed": outcome.changed,
        "warnings": len(package.report.warnings),
    }


def _digest(path: Path) -> str:
    """SHA-256 over the package's files, names included."""
    total = hashlib.sha256()
    for file in sorted(path.glob("*.[cC][sS][vV]")) if path.is_dir() else [path]:
        if file.is_file():
            with file.open("rb") as content:
                total.update(
                    f"{file.name}\n{hashlib.file_digest(content, 'sha256').hexdigest()}\n".encode(errors="replace")
                )
    return total.hexdigest()


def export_package(folder: Path, *, by, area: str | None = None) -> tuple[dict[str, int], int]:
    """Write the package to ``folder``: how many rows each table has, and how many could not be written.

    UnknownArea when ``area`` is not in the database; OSError when the folder cannot be written.
    """
    if area is not None and not Area.objects.filter(code=area).exists():
        raise UnknownArea(area)
    tables = handlers()
    with transaction.atomic():
        counts = writing.write(folder, tables, Selection(area))
        left_out = sum(handler.left_out for handler in tables)
        audit.record(action="package.export", by=by, detail={"path": folder.name, "area": area or "", "rows": counts})
    return counts, left_out


_AREA_COLUMNS = ("code", "area_code")


class Loading:
    """The rows of one table, checked for ``by``. ``implied`` are columns whose value goes without saying."""

    def __init__(self, sheet: PackageSheet, *, by: User, implied: Mapping[str, str]) -> None:
        self.by, self._implied = by, implied
        self.package = Package(handlers(), [sheet])
        self.data: TableData = self.package.tables[sheet.name]
        self.handler: Handler = next(each for each in self.package.handlers if each.table.name == sheet.name)

    def check(self) -> None:
        """Everything that is wrong or odd, into ``package.report``."""
        self.package.check()
        self._refuse_repeated()
        self._refuse_foreign()
        self.package.report.sort()

    def drop_wrong(self) -> None:
        """Keep the rows that have no error."""
        wrong = {problem.row for problem in self.package.report.errors}
        self.data.rows = [row for row in self.data.rows if row.number not in wrong]
        self.data.by_key = {self.data.key(row): row for row in self.data.rows}

    def changes(self) -> list[RowChange]:
        """What would be created or changed."""
        return self.handler.changes(self.package)

    def _refuse_repeated(self) -> None:
        """Refuse every row of a key that stands twice: the first is no better than the rest."""
        label = self.data.table.by_name[self.data.table.key[0]].label
        repeated: dict[int, tuple[PackageRow, list[int]]] = {}
        for row in self.data.rows:
            first = self.data.by_key.get(self.data.key(row), row)
            if first is not row:
                repeated.setdefault(first.number, (first, []))[1].append(row.number)
        for first, others in repeated.values():
            numbers = "、".join(map(str, others))
            message = f"{label}与第 {numbers} 行重复，不知道以哪一行为准，都没有读：请只留一行。"
            self.data.error(first, self.data.table.key[0], message)

    def _refuse_foreign(self) -> None:
        """Rows of other units, of other ledgers, and places outside of the scope."""
        own = self._visible()
        for row in self.data.rows:
            stored = self.data.stored.get(self.data.key(row))
            if stored is not None and stored["pk"] not in own:
                self._error_at_key(row, "这个编号已经用于您范围以外的一行：请核对编号，或改用别的编号。")
            elif stored is not None and any(stored[name] != value for name, value in self._implied.items()):
                self._error_at_key(row, "这个编号已经用于另一种台账的一行：请核对编号。")
            elif self.by.operator_id is None:
                self._refuse_elsewhere(row)
            for name, value in self._implied.items():
                if row.get(name) not in (None, value):
                    self.data.error(row, name, f"只能是 {value}：不能上报其他单位或其他种类的行。")

    def _visible(self) -> set:
        model, found = self.handler.model, set()
        for some in chunks(stored["pk"] for stored in self.data.stored.values()):
            found |= set(model._default_manager.visible_to(self.by).filter(pk__in=some).values_list("pk", flat=True))
        return found

    def _refuse_elsewhere(self, row: PackageRow) -> None:
        for name in _AREA_COLUMNS:
            code = row.get(name)
            if code and not self.by.scope.holds(code):
                message = f"编码 {code} 不在您的范围内（{self.by.scope.area} 开头）：请核对编码。"
                self.data.error(row, name, message)

    def _error_at_key(self, row: PackageRow, message: str) -> None:
        self.data.error(row, self.data.table.key[0], message)


@transaction.atomic
def store_loaded(loading: Loading, *, action: str, detail: Mapping) -> ImportOutcome:
    """Write the rows that have no error, with the notes by which their verdicts are given again."""
    loading.drop_wrong()
    outcome = loading.package.store()
    outcome.counties = import_notes.leave(outcome)
    name = loading.data.table.name
    counts = {"created": outcome.created[name], "changed": outcome.changed[name]}
    audit.record(action=action, by=loading.by, detail={**detail, "table": loading.data.table.label, **counts})
    return outcome
