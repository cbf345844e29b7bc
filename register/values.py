"""The values of a thing as its page shows them: as of today, as of the quarter viewed, and where to propose another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from areas.dated import names_on
from areas.models import Area
from areas.package.registry import ACCESS_POINTS, AREAS, CHANGING, SERVICE_ORDERS, SITES
from areas.package.values import PackageColumn
from areas.vocabulary import LEAVES, TOWNSHIPS, VILLAGE_LEVEL, AreaKind, DatedTable
from common.clock import today
from common.templatetags.figures import MISSING
from register.things import ThingPage, form_address

_TABLES = {table.name: table for table in (AREAS, SITES, ACCESS_POINTS, SERVICE_ORDERS)}
_PLACE = ("lon", "lat", "datum")
_TURNING = (*TOWNSHIPS, *VILLAGE_LEVEL)
"""Kinds of areas that may become another: 村改居, 撤镇设街."""
_BLANKS = {
    ("areas", "setting"): "未登记",
    ("sites", "setting"): "未登记，随所属区域",
    ("areas", "valid_from"): "不限",
    ("areas", "valid_to"): "没有",
    ("sites", "valid_from"): "不限",
    ("sites", "valid_to"): "没有",
}
"""What a blank means, where it says more than that nothing is known."""


@dataclass(frozen=True)
class ValueRow:
    """A value: ``now`` and, where a quarter is viewed, ``then``; ``note`` says since when, and what will be.

    ``deeds`` are where to propose another, pairs of a name and an address; none for who may not.
    """

    label: str
    now: str
    then: str = ""
    note: str = ""
    deeds: Sequence[tuple[str, str]] = ()

    @property
    def is_other(self) -> bool:
        return bool(self.then) and self.then != self.now


class Values:
    """The rows of a page's table of values."""

    def __init__(self, page: ThingPage) -> None:
        self.page, self.thing = page, page.thing
        self._columns = _TABLES[self.thing.table].by_name

    @property
    def rows(self) -> list[ValueRow]:
        return list(self._rows())

    def _rows(self) -> Iterator[ValueRow]:
        key = _TABLES[self.thing.table].key
        for name, column in self._columns.items():
            if name == "lon":
                yield self._place()
            elif name not in (*key, *_PLACE) and self._applies(name):
                yield self._row(name, column)

    def _applies(self, name: str) -> bool:
        if self.thing.table != "areas":
            return True
        kind = self.thing.row.kind
        return {"permanent_households": kind == AreaKind.NATURAL_VILLAGE, "demonstration": kind in LEAVES}.get(
            name, True
        )

    def _row(self, name: str, column: PackageColumn) -> ValueRow:
        thing = self.thing
        then = self._text(name, column, thing.value(name)) if thing.quarter else ""
        now = self._text(name, column, thing.value(name, today()))
        return ValueRow(column.label, now, then, self._note(name, column), self._deeds(name))

    def _deeds(self, name: str) -> list[tuple[str, str]]:
        """To change a value from a day on, where it may, and to correct it."""
        is_dated = name in CHANGING.get(self.thing.table, ())
        acts = [("change", "变更"), ("correct", "更正")] if is_dated else [("", "更正")]
        if name == "kind" and self.thing.table == "areas" and self.thing.row.kind not in _TURNING:
            acts = acts[1:]
        found = [(label, self.page.change(name, **({"act": act} if act else {}))) for act, label in acts]
        return [pair for pair in found if pair[1]]

    def _text(self, name: str, column: PackageColumn, value: Any) -> str:
        if value is None or value == "":
            return _BLANKS.get((self.thing.table, name), MISSING)
        if name == "area_code":
            return f"{self._area_names.get(value, '')}（{value}）"
        if name == "operator":
            return str(self.thing.row.operator)
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, int | float):
            return f"{value:,.15g} {column.unit}".strip()
        labels: Mapping[str, str] = getattr(column.kind, "labels", {})
        return labels.get(value, value)

    def _note(self, name: str, column: PackageColumn) -> str:
        """Since when the value of today holds, and what it will be."""
        since = [day for day, _ in self.thing.steps.get(name, ()) if day <= today()]
        coming = [(day, value) for day, value in self.thing.steps.get(name, ()) if day > today()]
        said = [f"自 {since[-1]} 起"] if since else []
        return "；".join([*said, *(f"{day} 起改为{self._text(name, column, value)}" for day, value in coming)])

    @cached_property
    def _area_names(self) -> dict[str, str]:
        """What the areas are called today at which the thing ever was or will be."""
        codes = {self.thing.row.area_id, *(value for _, value in self.thing.steps.get("area_code", ()))}
        first = dict(Area.objects.filter(code__in=codes).values_list("code", "name"))
        return names_on(DatedTable.AREAS, first, today())

    def _place(self) -> ValueRow:
        """Longitude and latitude, which have no date: in WGS-84, and as they were given."""
        row = self.thing.row
        url = self.page.change("place")
        deeds = [("补登坐标" if row.lat is None else "更正", url)] if url else []
        if row.lat is None:
            return ValueRow("坐标", "缺坐标", deeds=deeds)
        given = (
            "" if row.given_lat is None else f"原始坐标（{row.get_datum_display()}）{row.given_lon}，{row.given_lat}"
        )
        return ValueRow("经度、纬度（WGS-84）", f"{row.lon:.6f}，{row.lat:.6f}", note=given, deeds=deeds)


def deeds(page: ThingPage) -> Sequence[tuple[str, str]]:
    """What may be proposed of the thing, as pairs of a name and the form's address; none for who may not."""
    found = _DEEDS[page.thing.table](page)
    return [(label, url) for label, url in found if url]


def _of_area(page: ThingPage) -> Iterator[tuple[str, str]]:
    thing, code = page.thing, page.thing.key
    is_leaf = thing.row.kind in LEAVES
    if page.may_propose:
        if not is_leaf:
            yield "新增下级区域", form_address([("table", "areas"), ("act", "add"), ("area", code)])
        if len(code) >= 12:
            yield "新增点位", form_address([("table", "sites"), ("act", "add"), ("area", code)])
    if is_leaf:
        is_chosen = thing.value("demonstration", today())
        label = "取消示范点" if is_chosen else "列为示范点"
        given = {"act": "change", "on": today().isoformat(), "demonstration": "0" if is_chosen else "1"}
        yield label, page.change("demonstration", **given)
    if len(code) > 6:
        yield "终止", page.act("end")
        yield "作废", page.act("void")


def _of_site(page: ThingPage) -> Iterator[tuple[str, str]]:
    yield "移到别处", page.change("area_code")
    yield "终止", page.act("end")
    yield "作废", page.act("void")


def _of_point(page: ThingPage) -> Iterator[tuple[str, str]]:
    if page.thing.row.closed_on is None:
        yield "停用", page.act("end")
    yield "作废", page.act("void")


def _of_order(page: ThingPage) -> Iterator[tuple[str, str]]:
    order = page.thing.row
    if order.completed_on is None and order.cancelled_on is None:
        yield "登记完成", page.change("completed_on", completed_on=today().isoformat())
        yield "登记撤单", page.change("cancelled_on", cancelled_on=today().isoformat())
    yield "作废", page.act("void")


_DEEDS = {"areas": _of_area, "sites": _of_site, "access_points": _of_point, "service_orders": _of_order}
