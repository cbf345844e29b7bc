"""Read a data package, check it in one pass, and store it."""

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

from areas.package import reading
from areas.package.handling import Handler, ImportOutcome
from areas.package.known import KnownAreas, KnownOperators, ancestors
from areas.package.problems import ImportReport
from areas.package.rows import TableData, read
from areas.package.tables import PackageTable


class Package:
    """The tables of a package, those that it leaves out being empty, with the handlers that know them."""

    def __init__(self, handlers: Sequence[Handler], sheets: Sequence[reading.PackageSheet]) -> None:
        self.handlers = handlers
        self.report = ImportReport(tuple(handler.table for handler in handlers))
        self.tables = {handler.table.name: TableData(handler.table, self.report) for handler in handlers}
        known: dict[str, PackageTable] = {handler.table.name: handler.table for handler in handlers}
        for sheet in sheets:
            if sheet.name in known:
                self.tables[sheet.name] = read(known[sheet.name], sheet, self.report)
            else:
                names = "、".join(f"{table.name}（{table.label}）" for table in known.values())
                self.report.error(sheet.name, None, None, "", f"不认识的表 {sheet.name}：表名应为 {names}。")

    def check(self) -> ImportReport:
        """Everything that is wrong or odd, against the package itself and the database."""
        for handler in self.handlers:
            handler.look_up(self)
        codes = self._areas_named()
        areas, operators = self.tables["areas"], self.tables["operators"]
        self.areas = KnownAreas(areas, self._handler("areas").fetch(codes))
        self.operators = KnownOperators(operators, self._all_operators())
        for handler in self.handlers:
            handler.check(self)
        self.report.sort()
        return self.report

    def store(self) -> ImportOutcome:
        """Bring the database to what the package says; to be called inside a transaction, after a clean check."""
        outcome = ImportOutcome()
        for handler in self.handlers:
            handler.store(self, outcome)
        return outcome

    def counts(self) -> dict[str, int]:
        """How many rows the package has of each table."""
        return {name: len(data.rows) for name, data in self.tables.items()}

    def _handler(self, name: str) -> Handler:
        return next(handler for handler in self.handlers if handler.table.name == name)

    def _areas_named(self) -> set[str]:
        """Every area that some row names, with its ancestors."""
        codes: set[str] = set()
        for data in self.tables.values():
            for column in {"code" if data.table.name == "areas" else "area_code"} & set(data.table.by_name):
                codes |= {row.get(column) for row in data.rows if row.get(column)}
        return codes | {ancestor for code in codes for ancestor in ancestors(code)}

    def _all_operators(self) -> dict[Hashable, dict[str, Any]]:
        handler = self._handler("operators")
        return handler.fetch(handler.model._default_manager.values_list("pk", flat=True))


def open_package(path: Path, handlers: Sequence[Handler]) -> Package:
    """The package at ``path``, its shape checked; ``problems.Unreadable`` when it cannot be read."""
    return Package(handlers, reading.sheets(path, [handler.table for handler in handlers]))
