"""What is wrong with a package: every problem with its place, in the order of the package."""

from dataclasses import asdict, dataclass, field
from typing import Any

from areas.package.tables import PackageTable


class Unreadable(Exception):
    """The package cannot be read at all; the text is a Chinese sentence that says why and what to do."""


@dataclass(frozen=True)
class ImportProblem:
    """An error or warning about a package; ``row`` counts as the file shows it, row and column are None for a whole table."""

    table: str
    row: int | None
    column: str | None
    value: str
    message: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class ImportReport:
    """Errors, which block, and warnings, which do not."""

    tables: tuple[PackageTable, ...]
    errors: list[ImportProblem] = field(default_factory=list)
    warnings: list[ImportProblem] = field(default_factory=list)

    def error(self, table: str, row: int | None, column: str | None, value: str, message: str) -> None:
        self.errors.append(ImportProblem(table, row, column, value, message))

    def warn(self, table: str, row: int | None, column: str | None, value: str, message: str) -> None:
        self.warnings.append(ImportProblem(table, row, column, value, message))

    def sort(self) -> None:
        """By table, row and column, as declared; the whole table before its rows, what was found first before the rest."""
        place = {table.name: number for number, table in enumerate(self.tables)}
        columns = {table.name: {column.name: i for i, column in enumerate(table.columns)} for table in self.tables}

        def rank(problem: ImportProblem) -> tuple[int, str, int, int]:
            order = columns.get(problem.table, {})
            return (
                place.get(problem.table, len(place)),
                problem.table,
                problem.row or 0,
                order.get(problem.column or "", len(order)),
            )

        self.errors.sort(key=rank)
        self.warnings.sort(key=rank)
