"""Load rows of one ledger workbook: checked as a package is, limited to the user's scope; rows without errors are stored.

The package is all or nothing; here a row with an error stays out and the others go in.
"""

from collections.abc import Mapping

from django.db import transaction

from acceptance.judging import import_notes
from acceptance.packages import handlers
from accounts import audit
from accounts.models import User
from areas.package.handling import Handler, ImportOutcome, RowChange, chunks
from areas.package.package import Package
from areas.package.rows import PackageRow, PackageSheet, TableData

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
        """Refuse all rows with one key: the first is no better than the rest."""
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
def store(loading: Loading, *, action: str, detail: Mapping) -> ImportOutcome:
    """Write the rows that have no error, with the notes by which their verdicts are given again."""
    loading.drop_wrong()
    outcome = loading.package.store()
    outcome.counties = import_notes.leave(outcome)
    name = loading.data.table.name
    counts = {"created": outcome.created[name], "changed": outcome.changed[name]}
    audit.record(action=action, by=loading.by, detail={**detail, "table": loading.data.table.label, **counts})
    return outcome
