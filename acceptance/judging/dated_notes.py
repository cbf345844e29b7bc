"""What changed values (变更) bear on: the quarters in which a row's values as of the last day were others before.

A new change bears on the quarters from its effective day until the next change of that column; a corrected or removed
one on all for which its value stood or would stand.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from acceptance.judging import impact
from acceptance.judging.judging import quarters
from areas.dated import JUDGED, FromDay, changes_of, value_of, value_on
from areas.models import Area, Site
from areas.package.package import RowChange
from areas.vocabulary import DatedTable
from common.periods import Quarter

Steps = Mapping[str, Sequence[FromDay]]
"""By column what became of a row, in the order of the days."""
Subject = tuple[str, str]
_NONE: Steps = {}


class DatedChanges:
    """The dated values of some rows before and after an import."""

    def __init__(self, changed: Iterable[RowChange], others: Iterable[Subject]) -> None:
        """``others`` are rows that the import changed themselves."""
        by_subject: dict[Subject, list[RowChange]] = defaultdict(list)
        for change in changed:
            by_subject[change.after["table"], change.after["key"]].append(change)
        self.subjects = set(by_subject)
        found: dict[Subject, dict[tuple[str, date], str]] = defaultdict(dict)
        every = {*self.subjects, *others}
        names = ("table", "key", "column", "effective_on", "value")
        for table, key, column, day, text in changes_of(every).values_list(*names):
            found[table, key][column, day] = text
        self._after = {subject: _steps(subject[0], values) for subject, values in found.items()}
        self._before = dict(self._after)
        for subject, rows in by_subject.items():
            values = dict(found[subject])
            for change in rows:
                place = change.after["column"], change.after["effective_on"]
                if change.before is None:
                    values.pop(place, None)
                else:
                    values[place] = change.before["value"]
            self._before[subject] = _steps(subject[0], values)

    def after(self, table: str, key: str) -> Steps:
        return self._after.get((table, key), _NONE)

    def before(self, table: str, key: str) -> Steps:
        return self._before.get((table, key), _NONE)

    def of(self, table: str) -> list[str]:
        """The rows of a table of which a dated value changed, by key."""
        return sorted(key for each, key in self.subjects if each == table)

    def counties(self) -> list[str]:
        """The county of each area and site of which one changed."""
        sites = Site.objects.filter(site_id__in=self.of(DatedTable.SITES)).order_by().values_list("county", flat=True)
        return [*(code[:6] for code in self.of(DatedTable.AREAS)), *sites]

    def leave(self, whole: set[str], new_sites: set[str]) -> None:
        """Leave notes on areas and sites, those of ``whole`` counties and new sites left out, which are noted already."""
        judged: dict[str, list[Quarter]] = {}

        def of(county: str) -> list[Quarter]:
            return judged.setdefault(county, quarters(county))

        impact.note_dated_areas(
            (code, self._turned(DatedTable.AREAS, code, row, of(code[:6])))
            for code, row in self._rows(Area, "code", DatedTable.AREAS)
            if code[:6] not in whole
        )
        impact.note_dated_sites(
            (row["pk"], self._stood(key, row, of(row["area_id"][:6])))
            for key, row in self._rows(Site, "site_id", DatedTable.SITES)
            if row["area_id"][:6] not in whole and key not in new_sites
        )

    def _rows(self, model, key: str, table: str) -> Iterator[tuple[str, dict[str, Any]]]:
        keys = self.of(table)
        for start in range(0, len(keys), 500):
            for row in model.objects.filter(**{f"{key}__in": keys[start : start + 500]}).order_by(key).values():
                yield row[key], row | {"area_code": row.get("area_id"), "pk": row.get("id")}

    def _turned(self, table: str, key: str, row: Mapping[str, Any], judged: Sequence[Quarter]) -> list[Quarter]:
        """The quarters in which a value that verdicts depend on differs from before."""
        before, after = self.before(table, key), self.after(table, key)

        def values(steps: Steps, quarter: Quarter) -> list:
            return [value_on(row[name], steps.get(name, ()), quarter.last_day) for name in JUDGED[table]]

        return [quarter for quarter in judged if values(before, quarter) != values(after, quarter)]

    def _stood(self, key: str, row: Mapping[str, Any], judged: Sequence[Quarter]) -> dict[Quarter, set[str]]:
        sides = self.before(DatedTable.SITES, key), self.after(DatedTable.SITES, key)
        return {
            quarter: {value_on(row["area_code"], steps.get("area_code", ()), quarter.last_day) for steps in sides}
            for quarter in self._turned(DatedTable.SITES, key, row, judged)
        }


def _steps(table: str, values: Mapping[tuple[str, date], str]) -> dict[str, list[FromDay]]:
    found: dict[str, list[FromDay]] = {}
    for (column, day), text in sorted(values.items()):
        found.setdefault(column, []).append((day, value_of(table, column, text)))
    return found


def stays(area: str, begins: date | None, ends: date | None, moves: Sequence[FromDay]) -> Iterator[tuple]:
    """The areas at which a site stands one after the other, each from when and until when; None: without end."""
    for since, code in moves:
        yield area, begins, since
        area, begins = code, since
    yield area, begins, ends
