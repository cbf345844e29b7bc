"""The data package of a plan: everything that is stored, with the actions applied."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import count, islice
from pathlib import Path

from acceptance import packages
from accounts.actions import COMMAND_LINE
from areas.models import AccessPoint
from areas.package.registry import ACCESS_POINTS, CHANGES, SERVICE_ORDERS
from areas.vocabulary import DatedTable, Datum
from planning.question import CannotPlan
from planning.reading import PosedQuestion
from planning.solving.actions import NEW, OPEN, ORDERS, UPGRADE, BuildAction
from planning.solving.effects import RATE

Row = dict[str, object]
PREFIX = "PLAN-"
"""How the numbers of planned access points begin."""


def write_package(folder: Path, about: PosedQuestion, actions: Sequence[BuildAction]) -> None:
    """Write the whole export with the actions applied; CannotPlan when the folder cannot be written."""
    rows = _Rows(about, actions)
    alterations = {
        ACCESS_POINTS.name: rows.access_points,
        SERVICE_ORDERS.name: rows.service_orders,
        CHANGES.name: rows.changes,
    }
    try:
        packages.export_package(folder, by=COMMAND_LINE, alterations=alterations)
    except OSError as error:
        raise CannotPlan(f"写不进文件夹 {folder}：{error.strerror}。请换一个文件夹，或检查权限和磁盘空间。") from None


class _Rows:
    """The rows of the tables that a plan alters."""

    def __init__(self, about: PosedQuestion, actions: Sequence[BuildAction]) -> None:
        period = about.period
        facts, self.as_of = period.facts, period.quarter.last_day
        self.rate = period.county.plan.capability.min_mbps
        self.new = [(facts.operators[each.operator], each) for each in actions if each.kind == NEW]
        self.faster, self.opened = (
            {facts.access_points.ap_id[each.point] for each in actions if each.kind == kind} for kind in (UPGRADE, OPEN)
        )
        self.due: dict[str, date] = {
            facts.orders.order_id[row]: period.county.due[row].astype(object)
            for each in actions
            if each.kind == ORDERS
            for row in each.orders
        }

    def access_points(self, stored: Iterable[Row]) -> list[Row]:
        """The stored points, those that open or become faster on their first day altered, and the new ones."""
        rows = [self._point(row) for row in stored]
        return sorted([*rows, *self._planned({str(row["ap_id"]) for row in rows})], key=lambda row: str(row["ap_id"]))

    def _point(self, row: Row) -> Row:
        if row["ap_id"] in self.opened:
            is_to_come = row["opened_on"] > self.as_of  # type: ignore[operator]
            return row | ({"opened_on": self.as_of} if is_to_come else {"closed_on": None})
        if row["ap_id"] in self.faster and row["opened_on"] == self.as_of:
            return row | {RATE: self.rate}
        return row

    def _planned(self, taken: set[str]) -> Iterator[Row]:
        numbers = (number for number in (f"{PREFIX}{place}" for place in count(1)) if number not in taken)
        for number, (operator, action) in zip(islice(numbers, len(self.new)), self.new, strict=True):
            yield dict.fromkeys(ACCESS_POINTS.by_name) | {
                "ap_id": number,
                "operator": operator,
                "name": "",
                "lon": action.lon,
                "lat": action.lat,
                "datum": str(Datum.WGS84),
                RATE: float(self.rate),
                "tv_only": False,
                "opened_on": self.as_of,
            }

    def service_orders(self, stored: Iterable[Row]) -> Iterator[Row]:
        """The stored orders, those of the plan completed when they were due."""
        for row in stored:
            due = self.due.get(str(row["order_id"]))
            yield row if due is None else row | {"completed_on": due, "cancelled_on": None}

    def changes(self, stored: Iterable[Row]) -> list[Row]:
        """The stored changes, and the rate of each point that is made faster, in place of one of that very day."""
        faster = self._still_faster()
        column = ACCESS_POINTS.by_name[RATE]
        rows = {tuple(row[name] for name in CHANGES.key): row for row in stored}
        for ap_id in faster:
            key = (str(DatedTable.ACCESS_POINTS), ap_id, RATE, self.as_of)
            row = rows.get(key, dict.fromkeys(CHANGES.by_name) | {"document": ""})
            rows[key] = row | dict(zip(CHANGES.key, key, strict=True)) | {"value": column.write(float(self.rate))}
        return [rows[key] for key in sorted(rows)]

    def _still_faster(self) -> set[str]:
        """The points made faster after their first day; asked of the database, so that the order of tables does not matter."""
        first = AccessPoint.objects.filter(ap_id__in=self.faster, opened_on=self.as_of)
        return self.faster - set(first.values_list("ap_id", flat=True))
