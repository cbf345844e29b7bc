"""The table ``areas``: the tree."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from areas.models import Area
from areas.package import registry
from areas.package.package import Handler, ImportOutcome, Interval, RowChange, Selection
from areas.package.tables import PackageRow, TableData
from areas.package.values import quoted
from areas.vocabulary import CODE_LENGTH, LEAVES, AreaKind

if TYPE_CHECKING:
    from areas.package.package import Package

_SPELT = "、".join(f"{AreaKind(kind).label} {length} 位" for kind, length in CODE_LENGTH.items())


class AreasTable(Handler):
    table = registry.AREAS
    model = Area
    extra = ("parent_id", "county")
    area_columns = ("code",)

    def check(self, package: "Package") -> None:
        data = package.tables[self.table.name]
        for row in data.rows:
            self._code(package, data, row)
            self._kind(data, row)
            check_interval(data, row)
            code = row.get("code")
            if code and (parent := Area.parent_code(code)):
                outer = package.areas.interval(parent)
                warn_outside(data, row, outer, outer, "上级")

    def _code(self, package: "Package", data: TableData, row: PackageRow) -> None:
        code, kind = row.get("code"), row.get("kind")
        if not code:
            return
        if len(code) != CODE_LENGTH[kind] if kind else len(code) not in CODE_LENGTH.values():
            data.error(row, "code", f"编码{quoted(code)}有 {len(code)} 位，与类型不符：应为{_SPELT}。")
            return
        parent = Area.parent_code(code)
        if parent and package.areas.lacks(parent):
            message = f"上级区域 {parent} 不存在：编码去掉末三位即为上级编码，请补充该区域或更正编码。"
            data.error(row, "code", message)

    @staticmethod
    def _kind(data: TableData, row: PackageRow) -> None:
        kind = row.get("kind")
        if not kind:
            return
        label = AreaKind(kind).label
        if "permanent_households" in row.values:
            households = row.values["permanent_households"]
            if kind == AreaKind.NATURAL_VILLAGE and households is None:
                data.error(row, "permanent_households", "自然村的常住户数未填：应为不小于 0 的整数。")
            elif kind != AreaKind.NATURAL_VILLAGE and households is not None:
                data.error(row, "permanent_households", f"{label}不填常住户数：请留空，只有自然村填写。")
        if row.get("demonstration") and kind not in LEAVES:
            data.error(row, "demonstration", f"{label}不能列为示范点：只有自然村和小区可以填“是”。")

    def derive(self, changes: Sequence[RowChange]) -> list[dict[str, Any]]:
        return [
            {"parent_id": Area.parent_code(change.after["code"]), "county": change.after["code"][:6]}
            for change in changes
        ]

    def store(self, package: "Package", outcome: ImportOutcome) -> list[RowChange]:
        data = package.tables[self.table.name]
        data.rows.sort(key=lambda row: (len(row.values["code"]), row.number))
        return super().store(package, outcome)

    def selected(self, selection: Selection) -> QuerySet:
        everything = Area.objects.all()
        return everything if selection.area is None else everything.filter(selection.holds("code"))

    def rows(self, selection: Selection) -> Iterator[dict[str, Any]]:
        for row in super().rows(selection):
            if row["kind"] not in LEAVES:
                row["demonstration"] = None
            yield row


def check_interval(data: TableData, row: PackageRow) -> None:
    """The end of an interval must not lie before its beginning; the same day is allowed."""
    if data.compare(row, "valid_to", "valid_from"):
        message = f"失效日期早于生效日期 {row.get('valid_from')}：应为同一天或以后，长期有效请留空。"
        data.error(row, "valid_to", message)


def warn_outside(data: TableData, row: PackageRow, first: Interval | None, last: Interval | None, whose: str) -> None:
    """An interval that reaches outside the one around it counts only within that; a blank end is open.

    ``first`` is around its beginning, ``last`` around its end: of a site that moves those of two areas.
    """
    begins, ends = first and first[0], last and last[1]
    if begins and "valid_from" in row.values and (row.get("valid_from") or date.min) < begins:
        data.warn(row, "valid_from", f"生效日期早于{whose}的生效日期 {begins}：在那之前不算有效，请核对。")
    if ends and "valid_to" in row.values and (row.get("valid_to") or date.max) > ends:
        data.warn(row, "valid_to", f"失效日期晚于{whose}的失效日期 {ends}：在那之后不算有效，请核对。")
