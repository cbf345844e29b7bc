"""Read a data package, check it in one pass, and store it: the package, and the base class of what knows its tables.

A reference between rows is resolved in the package first, then in the database.
"""

import gc
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db.models import Model, Q, QuerySet

from areas.models import DatedValue, Site
from areas.package import reading
from areas.package.inserting import insert, update
from areas.package.tables import ImportReport, PackageTable, TableData, read
from areas.vocabulary import DatedTable
from common.lookups import among, chunks


@contextmanager
def undisturbed() -> Iterator[None]:
    """A context without the cyclic garbage collector, which would scan a million live rows again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


_PORTION = 2_000


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
    afterwards: list[Callable[[Any], None]] = field(default_factory=list)
    """To be told what those verdicts turned to; see ``acceptance.hooks``."""

    def count(self, table: PackageTable, created: int, changed: int) -> None:
        self.created[table.name] = created
        self.changed[table.name] = changed


@dataclass(frozen=True)
class Selection:
    """What an export takes: everything (None), or an area with what its verdicts need."""

    area: str | None = None
    points: set[str] = field(default_factory=set)
    """The access points that were written, by number, where not everything is."""

    @property
    def ancestors(self) -> list[str]:
        return ancestors(self.area) if self.area else []

    def beneath(self, queryset: QuerySet, path: str) -> QuerySet:
        """The rows at the area and beneath it, by the area code at the lookup ``path``."""
        return queryset.filter(**{f"{path}__startswith": self.area}) if self.area else queryset

    @property
    def sites(self) -> QuerySet:
        """The sites that stand beneath the area on any day."""
        if self.area is None:
            return Site.objects.all()
        moves = DatedValue.objects.filter(table=DatedTable.SITES, column="area_code", value__startswith=self.area)
        return Site.objects.filter(Q(area__code__startswith=self.area) | Q(site_id__in=moves.values("key")))

    @cached_property
    def elsewhere(self) -> list[str]:
        """The areas outside at which those sites ever stand, with their ancestors."""
        moves = DatedValue.objects.filter(
            table=DatedTable.SITES, column="area_code", key__in=self.sites.values("site_id")
        )
        codes = {*self.sites.values_list("area_id", flat=True), *moves.values_list("value", flat=True)}
        codes |= {ancestor for code in codes for ancestor in ancestors(code)}
        return sorted(code for code in codes if not code.startswith(self.area or ""))

    def holds(self, path: str) -> Q:
        """Whether the area code at ``path`` is of an area that is written; only where not everything is."""
        return Q(**{f"{path}__startswith": self.area}) | among(path, sorted({*self.ancestors, *self.elsewhere}))

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
    area_columns: Sequence[str] = ("area_code",)
    """The columns that name an area."""
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

    def areas_named(self, package: "Package") -> Iterable[str | None]:
        """The areas that the rows name, for their checks."""
        columns = [name for name in self.area_columns if name in self.table.by_name]
        return {row.get(name) for row in package.tables[self.table.name].rows for name in columns}

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

    def finish(self, outcome: ImportOutcome) -> None:
        """What follows from the rows of other tables, once all of them are stored."""

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
        keys = [change.before["pk"] for change in changes if change.before]
        update(self.model, self._updated(changes), self._columns(changes), keys)

    def _compared(self, data: TableData) -> Iterator[RowChange | None]:
        for row in data.rows:
            before = data.stored.get(data.key(row))
            same = before is not None and all(before[name] == row.values[name] for name in self.table.by_name)
            yield None if same else RowChange(before, row.values)

    def _updated(self, changes: Sequence[RowChange]) -> list[str]:
        """The attributes that differ in any of the rows, and those that are derived."""
        names = {
            self.attribute(name)
            for name in self.table.by_name
            if any(change.before[name] != change.after[name] for change in changes if change.before)
        }
        return sorted({*names, *self.extra})

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


Interval = tuple[date | None, date | None]


def ancestors(code: str) -> list[str]:
    """The codes above an area's code, from the district down."""
    return [code[:length] for length in (6, 9, 12) if length < len(code)]


class Known:
    """The rows of a table that can be referred to, by key."""

    def __init__(self, data: TableData, stored: Mapping[Hashable, Mapping[str, Any]]) -> None:
        self._data = data
        self._stored = stored
        self.is_certain = data.keyed or not data.present
        """Whether a key that is not found is really missing: not so while the package's table cannot be read."""

    def values(self, key: Hashable) -> Mapping[str, Any]:
        """What a row says, as the package has it or else the database; what could not be read is missing."""
        row = self._data.by_key.get(key)
        return row.values if row else self._stored.get(key, {})

    def lacks(self, key: Hashable) -> bool:
        """Whether the key is certainly not there."""
        return self.is_certain and key not in self._data.by_key and key not in self._stored


class KnownAreas(Known):
    def interval(self, code: str) -> Interval | None:
        """From when to when an area is valid by its own dates; None when that is not known."""
        values = self.values(code)
        if "valid_from" not in values or "valid_to" not in values:
            return None
        return values["valid_from"], values["valid_to"]

    def certainly_not_in_force(self, code: str, on: date) -> bool:
        """Whether the area or one of its ancestors is known not to be valid on a day."""
        for ancestor in (*ancestors(code), code):
            interval = self.interval(ancestor)
            if interval and not ((interval[0] or date.min) <= on < (interval[1] or date.max)):
                return True
        return False


class KnownOperators(Known):
    def __init__(self, data: TableData, stored: Mapping[Hashable, Mapping[str, Any]]) -> None:
        super().__init__(data, stored)
        names: dict[str, list[str]] = {}
        for values in (*stored.values(), *(row.values for row in data.rows)):
            if values.get("code") and values.get("name"):
                names.setdefault(values["name"], []).append(values["code"])
        self._by_name = {name: codes[0] for name, codes in names.items() if len(set(codes)) == 1}

    def code(self, text: str) -> str:
        """The code that a text stands for: itself, or that of the one operator of this name."""
        return self._by_name.get(text, text) if self.lacks(text) else text


class Package:
    """The tables of a package, those that it leaves out being empty, with the handlers that know them."""

    def __init__(self, handlers: Sequence[Handler], sheets: Sequence[reading.PackageSheet]) -> None:
        self.handlers = handlers
        self.report = ImportReport(tuple(handler.table for handler in handlers))
        self.moves: dict[str, list[tuple[date, str]]] = {}
        """By number of the sites that move, from when on they stand at which area."""
        self.kinds: dict[str, list[tuple[date, str]]] = {}
        """By code of the areas that change their kind, from when on they are of which."""
        self.tables = {handler.table.name: TableData(handler.table, self.report) for handler in handlers}
        known: dict[str, PackageTable] = {handler.table.name: handler.table for handler in handlers}
        for sheet in sheets:
            if sheet.name in known:
                self.tables[sheet.name] = read(known[sheet.name], sheet, self.report)
            else:
                names = "、".join(f"{table.name}（{table.label}）" for table in known.values())
                self.report.error(sheet.name, None, None, "", f"无法识别的表 {sheet.name}：表名应为 {names}。")

    def check(self) -> ImportReport:
        """Everything that is wrong or odd, against the package itself and the database."""
        for handler in self.handlers:
            handler.look_up(self)
        codes = {code for handler in self.handlers for code in handler.areas_named(self) if code}
        codes |= {ancestor for code in codes for ancestor in ancestors(code)}
        areas, operators = self.tables["areas"], self.tables["operators"]
        self.areas = KnownAreas(areas, self.handler("areas").fetch(codes))
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
        for handler in self.handlers:
            handler.finish(outcome)
        return outcome

    def counts(self) -> dict[str, int]:
        """How many rows the package has of each table."""
        return {name: len(data.rows) for name, data in self.tables.items()}

    def kind_on(self, code: str, day: date) -> str | None:
        """What kind an area is of on a date, as the import would leave it; None when that is not known."""
        kind = self.areas.values(code).get("kind")
        for since, other in self.kinds.get(code, ()):
            kind = other if since <= day else kind
        return kind

    def handler(self, name: str) -> Handler:
        return next(handler for handler in self.handlers if handler.table.name == name)

    def _all_operators(self) -> dict[Hashable, dict[str, Any]]:
        handler = self.handler("operators")
        return handler.fetch(handler.model._default_manager.values_list("pk", flat=True))


def open_package(path: Path, handlers: Sequence[Handler]) -> Package:
    """The package at ``path``, its shape checked; ``Unreadable`` when it cannot be read."""
    return Package(handlers, reading.sheets(path, [handler.table for handler in handlers]))
