"""Which ledgers have a workbook, who keeps them, what of each a unit sees, and where everything stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2s
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.posts import Power
from areas.models import Area, Operator
from areas.package.network import ServiceOrdersTable
from areas.package.package import Handler
from areas.package.places import AccessPointsTable, SitesTable
from areas.package.tables import PackageTable
from areas.package.tree import AreasTable
from areas.package.values import PackageColumn, written
from areas.vocabulary import AreaKind
from common.listing import Listing
from register import lists
from workbooks.files import STAMP


@dataclass(frozen=True)
class WorkbookLedger:
    """A ledger that is kept in workbooks. ``only`` are columns that it implies, and so does not show."""

    key: str
    title: str
    unit: str
    handler: type[Handler]
    listing: Listing
    power: Power
    beside: Mapping[str, str]
    """What stands locked beside each row for orientation: its heading, and the attribute that is the area named there."""
    only: Mapping[str, str] = field(default_factory=dict)

    @property
    def table(self) -> PackageTable:
        return self.handler.table

    def rows(self, user: User) -> QuerySet:
        """What the user may keep."""
        return self.handler.model._default_manager.visible_to(user).filter(**self.only)

    def implied(self, operator: str | None) -> dict[str, str]:
        """The values of columns that are not shown; an operator's workbook holds nobody else's rows."""
        own = {"operator": operator} if operator and "operator" in self.table.by_name else {}
        return {**self.only, **own}

    def columns(self, operator: str | None) -> list[PackageColumn]:
        """The columns that are shown, in the order of the table."""
        implied = self.implied(operator)
        return [column for column in self.table.columns if column.name not in implied]


LEDGERS = {
    ledger.key: ledger
    for ledger in (
        WorkbookLedger(
            "natural-villages",
            "自然村",
            "个",
            AreasTable,
            lists.AREAS,
            Power.KEEP_REGISTRY,
            {"所属村居": "parent"},
            {"kind": AreaKind.NATURAL_VILLAGE.value},
        ),
        WorkbookLedger(
            "quarters",
            "小区",
            "个",
            AreasTable,
            lists.AREAS,
            Power.KEEP_REGISTRY,
            {"所属村居": "parent"},
            {"kind": AreaKind.COMPOUND.value},
        ),
        WorkbookLedger("sites", "点位", "个", SitesTable, lists.SITES, Power.KEEP_REGISTRY, {"区域名称": "area"}),
        WorkbookLedger(
            "access-points",
            "接入点",
            "个",
            AccessPointsTable,
            lists.ACCESS_POINTS,
            Power.LOAD_NETWORK,
            {"所在街镇": "township"},
        ),
        WorkbookLedger(
            "orders",
            "报装工单",
            "张",
            ServiceOrdersTable,
            lists.ORDERS,
            Power.LOAD_NETWORK,
            {"区域名称": "area"},
        ),
    )
}


def kept_by(user: User) -> list[WorkbookLedger]:
    """The ledgers that the user may keep."""
    return [ledger for ledger in LEDGERS.values() if user.may(ledger.power)]


@dataclass(frozen=True)
class WorkbookUnit:
    """The unit that a workbook belongs to: an area with all beneath it, or an operator with its network."""

    area: Area | None
    operator: Operator | None

    @classmethod
    def of(cls, user: User) -> "WorkbookUnit":
        return cls(user.area, user.operator)

    @property
    def code(self) -> str:
        return self.operator.code if self.operator else self.area.code

    @property
    def name(self) -> str:
        return str(self.operator or self.area)


def operator_names() -> dict[str, str]:
    """The operators' names, by code."""
    return dict(Operator.objects.order_by("code").values_list("code", "name"))


TEMPLATE = 1
"""Raise it when the sheet changes so that an older file could be misread; older files are then refused by name."""

TITLE_ROW, HELP_ROW, STAMP_ROW, HEADER_ROW = 1, 2, 3, 5
FIRST_ROW = HEADER_ROW + 1
MARK = "行校验"
"""The last column: what the row said when it went out, in a word."""

LEDGER, UNIT, DAY, VERSION = "台账", "单位编码", "日期", "模板版本"
STAMP_LABELS = (LEDGER, UNIT, DAY, VERSION, STAMP)


def mark(table: PackageTable, values: Mapping[str, Any]) -> str:
    """What tells a row apart from what it said before: the same values give the same mark."""
    said = "\0".join(written(table.columns, values).values())
    return blake2s(said.encode(), digest_size=4).hexdigest()
