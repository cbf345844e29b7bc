"""The table ``changes``: what a column of an area, a site or an access point holds from a day on.

Checked is what the import would leave: the rows as the package has them or else as stored, with the changes stored
and those of the package. A fault that only a stored change shows is put on the package's row that brings it about.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from areas.dated import changes_of, may_become, value_of
from areas.models import DatedValue
from areas.package import registry
from areas.package.network import unknown_area
from areas.package.package import Handler, Known, Package, Selection
from areas.package.registry import CHANGING, DATED
from areas.package.tables import PackageRow, TableData
from areas.package.values import MalformedValue
from areas.vocabulary import LEAVES, AreaKind, DatedTable

Subject = tuple[str, str]
"""A table and the key of one of its rows."""
_UNREAD = object()
_INTERVAL = {
    DatedTable.AREAS: ("valid_from", "valid_to"),
    DatedTable.SITES: ("valid_from", "valid_to"),
    DatedTable.ACCESS_POINTS: ("opened_on", "closed_on"),
}
_PORTS = ("ports_used", "ports_total")


@dataclass
class Becoming:
    """A value from a day on; ``row`` is the package's, None where the change is only stored."""

    since: date
    value: Any
    row: PackageRow | None


@dataclass
class Timeline:
    """A row of the registry as the import would leave it, with all that becomes of it."""

    table: str
    key: str
    own: Mapping[str, Any]
    own_row: PackageRow | None
    steps: dict[str, list[Becoming]] = field(default_factory=lambda: defaultdict(list))

    def on(self, column: str, day: date, *, before: bool = False) -> Any:
        """The value on a date, or until the day before it; _UNREAD where it cannot be known."""
        found = self.own.get(column, _UNREAD)
        for step in self.steps.get(column, ()):
            if step.since < day or (step.since == day and not before):
                found = step.value
        return found

    def every(self) -> Iterator[tuple[str, Becoming]]:
        for column, steps in self.steps.items():
            for step in steps:
                yield column, step


class ChangesTable(Handler):
    table = registry.CHANGES
    model = DatedValue

    def __init__(self, least_households: Callable[[], int]) -> None:
        self._least_households = least_households
        self._stored: dict[Subject, dict[tuple[str, date], str]] = {}
        self._known: dict[str, Known] = {}

    # ------------------------------------------------ looking up

    def fetch(self, keys: Iterable[Hashable]) -> dict[Hashable, dict[str, Any]]:
        wanted = {key for key in keys if isinstance(key, tuple)}
        names = [*self.table.by_name, "pk"]
        found = (dict(zip(names, row, strict=True)) for row in changes_of(wanted).values_list(*names))
        rows = {tuple(row[name] for name in self.table.key): row for row in found}
        return {key: row for key, row in rows.items() if key in wanted}

    def look_up(self, package: Package) -> None:
        super().look_up(package)
        data = package.tables[self.table.name]
        for row in data.rows:
            self._read_value(row)
        subjects = {(row.values["table"], row.values["key"]) for row in data.rows if row.all("table", "key")}
        subjects |= {(DatedTable.AREAS, code) for code in package.handler("successions").areas_named(package) if code}
        for table in DATED:
            if package.tables[table].by_key and DatedValue.objects.filter(table=table).exists():
                subjects |= {(table, key) for key in package.tables[table].by_key}
        self._stored = defaultdict(dict)
        for table, key, *column, text in changes_of(subjects).values_list(
            "table", "key", "column", "effective_on", "value"
        ):
            if (table, key) in subjects:
                self._stored[table, key][tuple(column)] = text
        self._known = {}
        for table in DATED:
            absent = {key for each, key in subjects if each == table} - package.tables[table].by_key.keys()
            self._known[table] = Known(package.tables[table], package.handler(table).fetch(absent) if absent else {})
        self._timelines = dict(self._follow(package, data))
        package.moves = self._becoming(DatedTable.SITES, "area_code")
        package.kinds = self._becoming(DatedTable.AREAS, "kind")

    def _becoming(self, table: str, column: str) -> dict[str, list[tuple[date, str]]]:
        """By key from when on the column holds which value."""
        return {
            key: [(step.since, step.value) for step in timeline.steps[column] if step.value is not _UNREAD]
            for (each, key), timeline in self._timelines.items()
            if each == table and column in timeline.steps
        }

    @staticmethod
    def _read_value(row: PackageRow) -> None:
        """Write the value as the table's own column does; one that cannot be read is left for the check."""
        named = row.all("table", "column")
        if named and named[1] in CHANGING[named[0]] and "value" in row.values:
            column = DATED[named[0]].by_name[named[1]]
            try:
                row.values["value"] = column.write(value_of(named[0], named[1], row.values["value"]))
            except MalformedValue:
                return

    def _follow(self, package: Package, data: TableData) -> Iterator[tuple[Subject, Timeline]]:
        """The rows of which anything changes."""
        given: dict[Subject, dict[tuple[str, date], PackageRow]] = defaultdict(dict)
        for row in data.by_key.values():
            table, key, column, day = data.key(row)
            if column in CHANGING[table]:
                given[table, key][column, day] = row
        for table, key in sorted(given.keys() | self._stored.keys()):
            own_row = package.tables[table].by_key.get(key)
            timeline = Timeline(table, key, self._known[table].values(key), own_row)
            stored, rows = self._stored.get((table, key), {}), given.get((table, key), {})
            for column, day in sorted(stored.keys() | rows.keys()):
                brought = rows.get((column, day))
                text = brought.values.get("value", _UNREAD) if brought else stored[column, day]
                timeline.steps[column].append(Becoming(day, _value(table, column, text), brought))
            yield (table, key), timeline

    def areas_named(self, package: Package) -> Iterable[str | None]:
        for (table, key), timeline in self._timelines.items():
            if table == DatedTable.AREAS:
                yield key
            elif table == DatedTable.SITES:
                yield timeline.own.get("area_code")
                yield from (code for _, code in package.moves.get(key, ()))

    # ------------------------------------------------ checks

    def check(self, package: Package) -> None:
        data = package.tables[self.table.name]
        for row in data.rows:
            self._named(data, row)
            self._readable(data, row)
        for timeline in self._timelines.values():
            if self._known[timeline.table].lacks(timeline.key):
                continue
            check = _Check(package, data, timeline)
            check.days()
            check.values()
            check.ports()
            check.oddities(self._least_households)
            self._first_values(package, timeline)

    def _named(self, data: TableData, row: PackageRow) -> None:
        """The row and the column must be there, and the column may change."""
        table, key, column = row.get("table"), row.get("key"), row.get("column")
        if table and key and self._known[table].lacks(key):
            data.error(
                row, "key", f"{DatedTable(table).label}里没有编码为 {key} 的一行：请改正编码，或先在 {table} 表里登记。"
            )
        if table and column and column not in CHANGING[table]:
            names = "、".join(f"{name}（{DATED[table].by_name[name].label}）" for name in CHANGING[table])
            data.error(row, "column", f"{DatedTable(table).label}的该项目不能变更：可变更的有 {names}，其他只能更正。")

    @staticmethod
    def _readable(data: TableData, row: PackageRow) -> None:
        named = row.all("table", "column")
        if not named or named[1] not in CHANGING[named[0]] or "value" not in row.values:
            return
        column, text = DATED[named[0]].by_name[named[1]], row.values["value"]
        if not text and column.required:
            data.error(row, "value", f"{column.label}未填：应为{column.kind.expected}。")
        elif _value(named[0], named[1], text) is _UNREAD:
            try:
                column.kind.read(text)
            except MalformedValue as problem:
                data.error(row, "value", f"{column.label}{problem}")

    def _first_values(self, package: Package, timeline: Timeline) -> None:
        """A new value from the beginning, under a change that is stored and stays."""
        data, row = package.tables[timeline.table], timeline.own_row
        before = data.stored.get(timeline.key)
        if row is None or before is None:
            return
        for column in CHANGING[DatedTable(timeline.table)]:
            days = [day for name, day in self._stored.get((timeline.table, timeline.key), ()) if name == column]
            if days and column in row.values and row.values[column] != before[column]:
                data.warn(row, column, f"所改为最初的值：{min(days)} 起的变更仍然有效，请核对是否也要更正。")

    # ------------------------------------------------ out

    def selected(self, selection: Selection) -> QuerySet:
        """The changes of all areas, sites and access points that the export takes."""
        if selection.area is None:
            return DatedValue.objects.all()
        return DatedValue.objects.filter(
            Q(table=DatedTable.AREAS) & selection.holds("key")
            | Q(table=DatedTable.SITES, key__in=selection.sites.values("site_id"))
            | Q(table=DatedTable.ACCESS_POINTS)
        )

    def rows(self, selection: Selection) -> Iterable[dict[str, Any]]:
        for row in super().rows(selection):
            if row["table"] != DatedTable.ACCESS_POINTS or selection.area is None or row["key"] in selection.points:
                yield row


def _value(table: str, column: str, text: Any) -> Any:
    """What a text means in a column; _UNREAD when it means nothing there."""
    own = DATED[DatedTable(table)].by_name[column]
    if text is _UNREAD or (not text and own.required):
        return _UNREAD
    try:
        return value_of(table, column, text)
    except MalformedValue:
        return _UNREAD


class _Check:
    """The checks of one row of the registry and of all that becomes of it."""

    def __init__(self, package: Package, data: TableData, timeline: Timeline) -> None:
        self.package, self.data, self.timeline = package, data, timeline

    def _error(self, step: Becoming, column: str, own: str, message: str) -> None:
        """On the change where the package has it, else on the column of the package's row that does not go with it."""
        if step.row:
            self.data.error(step.row, column, message)
        elif self.timeline.own_row:
            self.package.tables[self.timeline.table].error(
                self.timeline.own_row, own, f"与库中 {step.since} 起的变更不合：{message}"
            )

    def days(self) -> None:
        """A change takes effect after the beginning and before the end."""
        begin, end = _INTERVAL[DatedTable(self.timeline.table)]
        begins, ends = self.timeline.own.get(begin), self.timeline.own.get(end)
        labels = DATED[DatedTable(self.timeline.table)].by_name
        for _, step in self.timeline.every():
            if begins and step.since <= begins:
                message = f"变更的生效日期不晚于{labels[begin].label} {begins}：应在那之后；从一开始就是这样的，请更正原来的值。"
                self._error(step, "effective_on", begin, message)
            if ends and step.since >= ends:
                message = f"变更的生效日期不早于{labels[end].label} {ends}：应在那之前。"
                self._error(step, "effective_on", end, message)

    def values(self) -> None:
        """What a column may hold, given what the row is."""
        for column, step in self.timeline.every():
            if step.value is _UNREAD:
                continue
            if self.timeline.table == DatedTable.AREAS:
                self._area_value(column, step)
            elif column == "area_code":
                self._area_of_site(step)

    def _area_value(self, column: str, step: Becoming) -> None:
        kind = self.timeline.own.get("kind")
        if not kind:
            return
        label = AreaKind(kind).label
        if column == "kind" and not may_become(kind, step.value):
            message = f"{label}不能变为{AreaKind(step.value).label}：只能在街道与镇之间、行政村与社区之间变更。"
            self._error(step, "value", "kind", message)
        elif column == "permanent_households" and kind == AreaKind.NATURAL_VILLAGE and step.value is None:
            self._error(step, "value", "kind", "自然村的常住户数未填：应为不小于 0 的整数。")
        elif column == "permanent_households" and kind != AreaKind.NATURAL_VILLAGE and step.value is not None:
            self._error(step, "value", "kind", f"{label}不填常住户数：请留空，只有自然村填写。")
        elif column == "demonstration" and step.value and kind not in LEAVES:
            self._error(step, "value", "kind", f"{label}不能列为示范点：只有自然村和小区可以填“是”。")

    def _area_of_site(self, step: Becoming) -> None:
        own = self.timeline.own.get("area_code")
        if self.package.areas.lacks(step.value):
            self._error(step, "value", "area_code", unknown_area(step.value))
        elif len(step.value) == 6:
            message = "点位不能直接属于区：应填街道、镇、行政村、社区、自然村或小区的编码。"
            self._error(step, "value", "area_code", message)
        elif own and step.value[:6] != own[:6]:
            self._error(step, "value", "area_code", f"{step.value} 在另一个县区：点位只能移到本县区 {own[:6]} 的区域。")

    def ports(self) -> None:
        """On each day on which either changes no more ports are used than there are."""
        timeline, told = self.timeline, set[int]()
        for day in sorted({step.since for column in _PORTS for step in timeline.steps.get(column, ())}):
            used, total = (timeline.on(column, day) for column in _PORTS)
            if used in (None, _UNREAD) or total in (None, _UNREAD) or used <= total:
                continue
            message = f"{day} 起已用端口 {used} 多于端口总数 {total}：应不超过端口总数。"
            step = self._to_blame(day)
            if step.since == day or id(step) not in told:
                self._error(step, "value", "ports_used", message)
            told.add(id(step))

    def _to_blame(self, day: date) -> Becoming:
        """The change that is at fault on a day: that of the used ports first; where it is only stored, the package's latest before."""
        steps = [step for column in _PORTS for step in self.timeline.steps.get(column, ())]
        today = [step for step in steps if step.since == day]
        brought = [step for step in sorted(steps, key=lambda step: step.since) if step.row and step.since < day]
        return next((step for step in today if step.row), brought[-1] if brought else today[0])

    def oddities(self, least_households: Callable[[], int]) -> None:
        """What is possible, and yet to be looked at."""
        for column, step in self.timeline.every():
            before = self.timeline.on(column, step.since, before=True)
            if step.row is None or step.value is _UNREAD:
                continue
            if before is not _UNREAD:
                self._against_the_day_before(column, step, before, least_households)
            if column == "area_code":
                self._stay(step, before)

    def _against_the_day_before(self, column: str, step: Becoming, before: Any, least: Callable[[], int]) -> None:
        label = DATED[DatedTable(self.timeline.table)].by_name[column].label
        assert step.row
        if step.value == before:
            self.data.warn(step.row, "value", f"{label}与前一天的值相同：这一行没有变更什么，请核对。")
        elif column == "permanent_households" and None not in (before, step.value):
            least_households = least()
            if (before >= least_households) != (step.value >= least_households):
                message = f"常住户数由 {before} 户变为 {step.value} 户，越过了 {least_households} 户的界线：会改变是否计入评定，请核对。"
                self.data.warn(step.row, "value", message)
        elif column == "downstream_mbps" and step.value < before:
            self.data.warn(step.row, "value", f"下行速率由 {before:g} 降为 {step.value:g} 兆比特每秒：请核对。")

    def _stay(self, step: Becoming, before: Any) -> None:
        """Where a site stands must be in force while it stands there."""
        assert step.row
        areas = self.package.areas
        if not areas.lacks(step.value) and areas.certainly_not_in_force(step.value, step.since):
            self.data.warn(
                step.row, "value", f"区域 {step.value} 在 {step.since} 不在有效期内：点位移到那里不算有效，请核对。"
            )
        left = areas.interval(before) if isinstance(before, str) else None
        if left and left[1] and left[1] < step.since:
            message = f"原来所属的区域 {before} 在 {left[1]} 已失效，到 {step.since} 才移走：其间不算有效，请核对。"
            self.data.warn(step.row, "effective_on", message)
        self._last_stay(step)

    def _last_stay(self, step: Becoming) -> None:
        """The end at the last area, where the site's own row is not in the package, which would say it."""
        interval = self.package.areas.interval(step.value)
        ends = self.timeline.own.get("valid_to") or date.max
        is_last = self.timeline.steps["area_code"][-1] is step
        if is_last and self.timeline.own_row is None and interval and interval[1] and step.since < interval[1] < ends:
            message = f"区域 {step.value} 在 {interval[1]} 失效，点位在那之后不算有效，请核对。"
            self.data.warn(step.row, "value", message)  # type: ignore[arg-type]
