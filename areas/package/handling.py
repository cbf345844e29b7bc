"""Base class of the package's tables: look up, check, store and export rows."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet

from areas.package.inserting import insert
from areas.package.many import among
from areas.package.rows import TableData
from areas.package.tables import PackageTable

if TYPE_CHECKING:
    from areas.package.package import Package

_LOOKUP = 500
_PORTION = 2_000


def chunks(values: Iterable[Any], size: int = _LOOKUP) -> Iterator[list[Any]]:
    """The values in portions that a query's parameters may hold."""
    everything = list(values)
    for start in range(0, len(everything), size):
        yield everything[start : start + size]


@dataclass(frozen=True)
class RowChange:
    """A row that was created (``before`` is None) or changed, by column; ``derived`` are the attributes beside."""

    before: Mapping[str, Any] | None
    after: Mapping[str, Any]
    derived: dict[str, Any] = field(default_factory=dict)


@dataclass
class ImportOutcome:
    """What an import changed: per table how many rows, and which."""

    created: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    changes: dict[str, list[RowChange]] = field(default_factory=dict)
    lines: set[tuple[str, str]] = field(default_factory=set)
    """Villages and quarters (periods) of which the return changed."""
    counties: set[str] = field(default_factory=set)
    """Whose verdicts it concerns."""

    def count(self, table: PackageTable, created: int, changed: int) -> None:
        self.created[table.name] = created
        self.changed[table.name] = changed


@dataclass(frozen=True)
class Selection:
    """What an export takes: everything (None), or an area with what its verdicts need."""

    area: str | None = None

    @property
    def ancestors(self) -> list[str]:
        return [self.area[:length] for length in (6, 9, 12) if length < len(self.area)] if self.area else []

    def beneath(self, queryset: QuerySet, path: str) -> QuerySet:
        """The rows at the area and beneath it, by the area code at the lookup ``path``."""
        return queryset.filter(**{f"{path}__startswith": self.area}) if self.area else queryset

    def bearing(self, queryset: QuerySet, path: str) -> QuerySet:
        """The rows at the area, beneath it, and at its ancestors, by the area code at the lookup ``path``."""
        return (
            self.beneath(queryset, path) | queryset.filter(**{f"{path}__in": self.ancestors}) if self.area else queryset
        )


class Handler:
    """A table of the package: how it is looked up, checked, stored and written out again."""

    table: PackageTable
    model: type[Model]
    attributes: Mapping[str, str] = {}
    """The model's attribute for a column, where the names differ."""
    units: Mapping[str, tuple[str, ...]] = {}
    """See ``TableData.complete``."""
    extra: Sequence[str] = ()
    """Attributes that are derived from the columns on the way in."""
    also: Mapping[str, str] = {}
    """Attributes that are looked up beside the columns, each by the name it goes by here."""
    left_out = 0
    """Rows that the last export left out because the format has no way to say them."""

    def attribute(self, column: str) -> str:
        return self.attributes.get(column, column)

    def fetch(self, keys: Iterable[Hashable]) -> dict[Hashable, dict[str, Any]]:
        """What is stored under the keys: by column, with ``pk`` and what ``also`` names."""
        labels = [*self.table.by_name, *self.also, "pk"]
        attributes = [*map(self.attribute, self.table.by_name), *self.also.values(), "pk"]
        key = self.attribute(self.table.key[0])
        found = self.model._default_manager.filter(among(key, list(keys))).order_by()
        rows = (dict(zip(labels, values, strict=True)) for values in found.values_list(*attributes).iterator())
        return {row[self.table.key[0]]: row for row in rows}

    def look_up(self, package: "Package") -> None:
        """Find what is stored for the rows of the package, and fill in the columns that it leaves out."""
        data = package.tables[self.table.name]
        data.stored = self.fetch(data.by_key)
        data.complete(self.units)

    def check(self, package: "Package") -> None:
        """Report what is wrong or odd with the rows."""

    def derive(self, changes: Sequence[RowChange]) -> list[dict[str, Any]]:
        """The derived attributes of each changed row; while rows are being stored it must not ask the database."""
        return [{} for _ in changes]

    def changes(self, package: "Package") -> list[RowChange]:
        """What the rows of the package would create or change, after they were looked up; the rest is as stored."""
        return [change for change in self._compared(package.tables[self.table.name]) if change is not None]

    def store(self, package: "Package", outcome: ImportOutcome) -> list[RowChange]:
        """Create and update what differs from what is stored; the rest is not touched."""
        changes = self.changes(package)
        created = [change for change in changes if change.before is None]
        changed = [change for change in changes if change.before is not None]
        if created:
            insert(self.model, map(self._columns, chunks(created, _PORTION)))
        self._update(changed)
        outcome.count(self.table, len(created), len(changed))
        outcome.changes[self.table.name] = changes
        return changes

    def _derive(self, changes: Sequence[RowChange]) -> None:
        for change, derived in zip(changes, self.derive(changes), strict=True):
            change.derived.update(derived)

    def _columns(self, changes: Sequence[RowChange]) -> dict[str, list[Any]]:
        """The values of created rows by attribute, column by column; what is derived is worked out here."""
        self._derive(changes)
        after, derived = [change.after for change in changes], [change.derived for change in changes]
        columns = {self.attribute(name): [row[name] for row in after] for name in self.table.by_name}
        for name in derived[0]:
            columns[name] = [row[name] for row in derived]
        return columns

    def _update(self, changes: Sequence[RowChange]) -> None:
        if not changes:
            return
        self._derive(changes)
        rows = [
            self.model(
                **{self.attribute(name): change.after[name] for name in self.table.by_name},
                **change.derived,
                pk=change.before["pk"],
            )
            for change in changes
            if change.before
        ]
        self.model._default_manager.bulk_update(rows, self._updated(), batch_size=_LOOKUP)

    def _compared(self, data: TableData) -> Iterator[RowChange | None]:
        for row in data.rows:
            before = data.stored.get(data.key(row))
            same = before is not None and all(before[name] == row.values[name] for name in self.table.by_name)
            yield None if same else RowChange(before, row.values)

    def _updated(self) -> list[str]:
        names = {self.attribute(name) for name in self.table.by_name} - {self.model._meta.pk.attname}
        return sorted(
            field.name for field in self.model._meta.concrete_fields if field.attname in {*names, *self.extra}
        )

    def selected(self, selection: Selection) -> QuerySet:
        """The rows that an export takes."""
        return self.model._default_manager.all()

    def narrowed(self, selection: Selection) -> set[Any] | None:
        """The ``pk`` of those among ``selected`` that an export takes; None: all of them."""
        return None

    def rows(self, selection: Selection) -> Iterable[dict[str, Any]]:
        """The rows that an export takes, by column, in the order of their keys as bytes."""
        names = list(self.table.by_name)
        values = self.selected(selection).order_by().values_list("pk", *map(self.attribute, names))
        kept = self.narrowed(selection)
        taken = [row[1:] for row in values.iterator(chunk_size=2000) if kept is None or row[0] in kept]
        keys = [names.index(name) for name in self.table.key]
        for row in sorted(taken, key=lambda row: [row[key] for key in keys]):
            yield dict(zip(names, row, strict=True))
