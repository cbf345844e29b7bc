"""Values that a column takes from a day on (变更): which may, and what a column held on a date.

The row of an area, a site or an access point gives the values from the beginning; on a date the value of a column is
that of the latest change on or before it, or the row's own where there is none.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from areas.models import AccessPoint, Area, DatedValue, ServiceOrder, Site
from areas.package import registry
from areas.package.values import PackageColumn
from areas.vocabulary import TOWNSHIPS, VILLAGE_LEVEL, AreaKind, DatedTable
from common.lookups import among

JUDGED: Mapping[str, tuple[str, ...]] = {
    DatedTable.AREAS: ("kind", "permanent_households", "setting", "demonstration"),
    DatedTable.SITES: ("kind", "area_code", "setting"),
    DatedTable.ACCESS_POINTS: ("downstream_mbps", "tv_only"),
}
"""The columns that verdicts depend on."""

Shown = TypeVar("Shown", Area, Site, AccessPoint)
Listed = TypeVar("Listed", Area, Site, AccessPoint, ServiceOrder)

PAIRS = (TOWNSHIPS, VILLAGE_LEVEL)
"""The kinds of areas that may become one another."""


def column_of(table: str, name: str) -> PackageColumn:
    return registry.DATED[DatedTable(table)].by_name[name]


def value_of(table: str, name: str, text: str) -> Any:
    """A stored text as the value that the column holds."""
    column = column_of(table, name)
    return column.kind.read(text) if text else column.blank


def may_become(kind: str, other: str) -> bool:
    """Whether an area of a kind may be of the other later: streets and towns, villages and communities."""
    return any(kind in pair and other in pair for pair in PAIRS)


def changes_of(subjects: Iterable[tuple]) -> QuerySet:
    """The stored changes of some rows, in the order of their days; subjects begin with the table and the key."""
    keys: dict[str, set[str]] = {}
    for table, key, *_ in subjects:
        keys.setdefault(table, set()).add(key)
    bearing = Q(pk__in=())
    for table, some in keys.items():
        if DatedValue.objects.filter(table=table).exists():
            bearing |= Q(table=table) & among("key", sorted(some))
    return DatedValue.objects.filter(bearing).order_by("effective_on")


def settings_change() -> bool:
    """Whether the setting of any site may differ from day to day: by its own or an area's, by the kind, or by a move."""
    return DatedValue.objects.filter(
        Q(table=DatedTable.AREAS, column__in=("kind", "setting"))
        | Q(table=DatedTable.SITES, column__in=("area_code", "setting"))
    ).exists()


FromDay = tuple[date, Any]
"""From when on a value holds."""


def value_on(first: Any, steps: Iterable[FromDay], day: date) -> Any:
    """The value on a date of a column that held ``first`` from the beginning; the steps are in order."""
    for since, value in steps:
        if since > day:
            break
        first = value
    return first


def overrides(table: str, column: str, day: date, keys: Iterable[str] | None = None) -> dict[str, Any]:
    """By key the values of a column on a date, of the rows in which it has changed by then."""
    changes = DatedValue.objects.filter(table=table, column=column, effective_on__lte=day)
    if keys is not None:
        changes = changes.filter(among("key", sorted(set(keys))))
    ordered = changes.order_by("effective_on").values_list("key", "value")
    return {key: value_of(table, column, text) for key, text in ordered}


def standing(table: str, keys: Iterable[str], day: date) -> dict[str, dict[str, FromDay]]:
    """By key and column the values on a date of what has changed by then, each with the day from which on it holds.

    The keys are not even looked at where nothing has changed.
    """
    changes = DatedValue.objects.filter(table=table, effective_on__lte=day)
    if table not in registry.CHANGING or not changes.exists():
        return {}
    found: dict[str, dict[str, FromDay]] = {}
    ordered = changes.filter(among("key", sorted(set(keys)))).order_by("effective_on")
    for key, column, since, text in ordered.values_list("key", "column", "effective_on", "value"):
        found.setdefault(key, {})[column] = since, value_of(table, column, text)
    return found


def names_on(table: str, names: Mapping[str, str], day: date) -> dict[str, str]:
    """The names of rows on a date, from those that they had at first, by key."""
    return {**names, **overrides(table, "name", day, names)}


_KEYS: dict[type, tuple[DatedTable, str]] = {
    Area: (DatedTable.AREAS, "code"),
    Site: (DatedTable.SITES, "site_id"),
    AccessPoint: (DatedTable.ACCESS_POINTS, "ap_id"),
}


def then(rows: Iterable[Shown], day: date) -> list[Shown]:
    """Areas, sites or access points, just read, with the names, kinds and other values of a date; one query."""
    return each_then((row, day) for row in rows)


def each_then(pairs: Iterable[tuple[Shown, date]]) -> list[Shown]:
    """Rows of one table, just read, each with the values of a date of its own; one query."""
    dated = list(pairs)
    if not dated:
        return []
    table, key = _KEYS[type(dated[0][0])]
    by_key: dict[str, list[tuple[Shown, date]]] = {}
    for row, day in dated:
        by_key.setdefault(getattr(row, key), []).append((row, day))
    last = max(day for _, day in dated)
    changes = DatedValue.objects.filter(among("key", sorted(by_key)), table=table, effective_on__lte=last)
    names = ("key", "column", "effective_on", "value")
    for changed, column, since, text in changes.order_by("effective_on").values_list(*names):
        for row, day in by_key[changed]:
            if since <= day:
                setattr(row, "area_id" if column == "area_code" else column, value_of(table, column, text))
    return [row for row, _ in dated]


_NAMED = {Area: "parent", Site: "area", AccessPoint: "township", ServiceOrder: "area"}
"""The area that a row names."""


def then_with_areas(rows: Iterable[Listed], day: date) -> list[Listed]:
    """Rows as of a date, and the areas that they name with them; at most three queries, the areas having been read along."""
    found = list(rows)
    if not found:
        return found
    model = type(found[0])
    if model in _KEYS:
        then(found, day)
    named = _NAMED[model]
    moved = [row for row in found if getattr(row, f"{named}_id") and not model._meta.get_field(named).is_cached(row)]
    areas = Area.objects.in_bulk({getattr(row, f"{named}_id") for row in moved}) if moved else {}
    for row in moved:
        setattr(row, named, areas[getattr(row, f"{named}_id")])
    then({id(area): area for row in found if (area := getattr(row, named))}.values(), day)
    return found


class KindsOverTime:
    """What areas of a county were on a date, of which the kind ever changed."""

    def __init__(self, county: str) -> None:
        changes = DatedValue.objects.filter(table=DatedTable.AREAS, column="kind", key__startswith=county)
        self._steps: dict[str, list[FromDay]] = {}
        for key, day, text in changes.order_by("effective_on").values_list("key", "effective_on", "value"):
            self._steps.setdefault(key, []).append((day, AreaKind(text)))

    def on(self, code: str, first: str, day: date) -> str:
        """The kind on a date of an area that was of the kind ``first`` at the beginning."""
        return value_on(first, self._steps.get(code, ()), day)

    def become(self, day: date) -> dict[str, str]:
        """The areas that have become another kind by a date, and what they are then."""
        return {code: kind for code, steps in self._steps.items() if (kind := value_on("", steps, day))}
