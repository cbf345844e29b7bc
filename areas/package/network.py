"""The tables ``operators`` and ``service_orders``."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from areas.models import Operator, ServiceOrder
from areas.package import registry
from areas.package.package import Handler, RowChange, Selection
from areas.package.tables import PackageRow, TableData

if TYPE_CHECKING:
    from areas.package.package import Package

DueOn = Callable[[date, bool], date]
"""When an order accepted on a day, with or without expansion, is due; ValueError when that cannot be counted."""


def unknown_area(code: str) -> str:
    return f"没有编码为 {code} 的区域：请改正编码，或先在 areas 表里登记。"


def check_operators(package: "Package", data: TableData) -> None:
    """The operators must be known, each by its code or its name."""
    codes = {given: package.operators.code(given) for given in {row.get("operator") for row in data.rows} - {None}}
    unknown = {given for given, code in codes.items() if package.operators.lacks(code)}
    for row in data.rows:
        given = row.values.get("operator")
        if given is None:
            continue
        row.values["operator"] = code = codes[given]
        if given in unknown:
            data.error(row, "operator", f"没有编码为 {code} 的运营企业：请改正编码，或先在 operators 表里登记。")


class OperatorsTable(Handler):
    table = registry.OPERATORS
    model = Operator


class ServiceOrdersTable(Handler):
    table = registry.SERVICE_ORDERS
    model = ServiceOrder
    attributes = {"operator": "operator_id", "area_code": "area_id"}
    extra = ("county",)

    def __init__(self, due_on: DueOn) -> None:
        self._due_on = due_on
        self._refusals: dict[tuple[date, bool], str | None] = {}

    def check(self, package: "Package") -> None:
        data = package.tables[self.table.name]
        check_operators(package, data)
        for row in data.rows:
            self._area(package, data, row)
            self._due(data, row)
            self._ends(data, row)

    @staticmethod
    def _area(package: "Package", data: TableData, row: PackageRow) -> None:
        code = row.get("area_code")
        if not code:
            return
        if package.areas.lacks(code):
            data.error(row, "area_code", unknown_area(code))
        elif len(code) not in (12, 15):
            data.error(row, "area_code", "工单应落到行政村、社区、自然村或小区：请填它的编码（12 位或 15 位）。")

    def _due(self, data: TableData, row: PackageRow) -> None:
        """The due date must be countable; an unread ``needs_expansion`` is taken as no, which needs the fewest days."""
        accepted = row.get("accepted_on")
        if accepted is None:
            return
        asked = (accepted, bool(row.get("needs_expansion")))
        if asked not in self._refusals:
            self._refusals[asked] = self._refusal(*asked)
        if refusal := self._refusals[asked]:
            data.error(row, "accepted_on", f"无法从受理日期计算应完成日期：{refusal}")

    def _refusal(self, accepted: date, needs_expansion: bool) -> str | None:
        try:
            self._due_on(accepted, needs_expansion)
        except ValueError as error:
            return str(error)
        return None

    @staticmethod
    def _ends(data: TableData, row: PackageRow) -> None:
        accepted = row.get("accepted_on")
        for name, label in (("completed_on", "完成"), ("cancelled_on", "撤单")):
            if data.compare(row, name, "accepted_on"):
                data.error(row, name, f"{label}日期早于受理日期 {accepted}：应为同一天或以后。")
        if row.all("completed_on", "cancelled_on"):
            data.error(row, "cancelled_on", "完成日期和撤单日期都填了：一张工单只能有其中一个。")

    def derive(self, changes: Sequence[RowChange]) -> list[dict[str, Any]]:
        return [{"county": change.after["area_code"][:6]} for change in changes]

    def selected(self, selection: Selection) -> QuerySet:
        """Orders located beneath the area, and at its ancestors, which bear on its sites too (A32)."""
        return selection.bearing(ServiceOrder.objects.all(), "area__code")
