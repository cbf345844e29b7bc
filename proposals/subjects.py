"""The row of the register that a page changes: its values as of today, and how it may be found by those who keep it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from acceptance.packages import handlers
from accounts.access import refusal
from areas.dated import changes_of
from areas.models import Area, Operator
from areas.package.package import Handler
from areas.package.tables import PackageTable
from areas.vocabulary import LEAVES, VILLAGE_LEVEL, AreaKind
from common.exceptions import Refused
from common.http import RowNotFound
from proposals.drafts import BEGINS, ENDS
from proposals.policy import TABLES
from proposals.sketching import KEEPING

CHANGED_HERE = ("areas", "sites", "access_points", "service_orders")
_NUMBER = re.compile(r"^(.*?)([0-9]+)$")
OFFERED = 400
"""Areas that a list of suggestions holds."""
TRIED = 100
"""Numbers after the last one that are looked at for a free one."""


@dataclass(frozen=True)
class Subject:
    """A row as it stands today, in the data package's writing; ``since`` are the days from which dated values hold.

    Of a row that is to be added the texts are those that the page proposes.
    """

    table: str
    key: str
    name: str
    area_code: str
    texts: Mapping[str, str]
    since: Mapping[str, date]
    is_new: bool = False

    @property
    def declared(self) -> PackageTable:
        return TABLES[self.table]

    @property
    def begins(self) -> str:
        return self.texts.get(BEGINS[self.table], "")

    @property
    def ends(self) -> str:
        return self.texts.get(ENDS.get(self.table, ""), "")


def handler_of(table: str) -> Handler:
    return next(each for each in handlers() if each.table.name == table)


def require_keeper(table: str, user) -> None:
    """RowNotFound for what no page changes, PermissionDenied for a post that does not keep the table."""
    if table not in CHANGED_HERE:
        raise RowNotFound("没有该类台账。请从区域、点位、接入点或工单的页面进入。")
    if not user.may(KEEPING[table]):
        raise PermissionDenied(refusal(user, (KEEPING[table],)))


def subject_or_404(table: str, key: str, user, on: date) -> Subject:
    """The row in the user's scope with its values as of the date; dated ones by what stands then."""
    handler = handler_of(table)
    row = handler.fetch({key}).get(key)
    rows = handler.model._default_manager.filter(pk=row["pk"] if row else None)
    if row is None or not rows.visible_to(user).exists():
        raise RowNotFound(f"{TABLES[table].label}里没有编号为“{key}”的一行，或不在您的范围内。请核对编号。", rows)
    texts = {column.name: column.write(row.get(column.name)) for column in TABLES[table].columns}
    since: dict[str, date] = {}
    for step in changes_of([(table, key)]) if table != "service_orders" else ():
        if step.effective_on <= on:
            texts[step.column], since[step.column] = step.value, step.effective_on
    code = key if table == "areas" else texts.get("area_code", "")
    return Subject(table, key, texts.get("name") or key, code, texts, since)


def new_subject(table: str, asked: Mapping[str, str], user, on: date) -> Subject:
    """A row that is to be added, with the next free number and what the address says of it."""
    area = asked.get("area") or asked.get("area_code", "")
    if area and not user.scope.holds(area):
        raise RowNotFound(f"没有编码为“{area}”的区域，或不在您的范围内。", Area.objects.filter(pk=area))
    texts = {column.name: column.write(column.blank) for column in TABLES[table].columns}
    texts |= {name: asked[name] for name in texts if asked.get(name)}
    if table == "areas":
        texts["kind"] = texts["kind"] or str(_kind_beneath(area))
    elif "area_code" in texts:
        texts["area_code"] = texts["area_code"] or area
    if "tv_only" in texts:
        texts["tv_only"] = texts["tv_only"] or "0"
    if "operator" in texts and user.operator_id:
        texts["operator"] = user.operator_id
    if table in ("access_points", "service_orders"):
        begin = BEGINS[table]
        texts[begin] = texts[begin] or on.isoformat()
    key = asked.get("key") or next_code(table, area, texts, user)
    return Subject(table, key, "", area, texts, {}, is_new=True)


def _kind_beneath(area: str) -> str:
    """What an area of a village or community usually is: natural villages of the one, compounds of the other."""
    parent = Area.objects.filter(pk=area).first()
    if parent is None:
        return ""
    return {AreaKind.COMMUNITY: AreaKind.COMPOUND, AreaKind.VILLAGE: AreaKind.NATURAL_VILLAGE}.get(
        AreaKind(parent.kind), ""
    )


def next_code(table: str, area: str, texts: Mapping[str, str], user) -> str:
    """The number after the highest of the same row of numbers; blank where there is none to go on from."""
    if table == "areas":
        return _next_area(area, texts.get("kind", "")) if area else ""
    handler = handler_of(table)
    column = handler.table.key[0]
    rows = handler.model._default_manager.visible_to(user)
    if table == "sites":
        own = rows.filter(area=area) if area else rows.none()
        return _after(own, column) or (f"{area}-001" if area else "")
    if user.operator_id:
        rows = rows.filter(operator=user.operator_id)
    return _after(rows.order_by("-pk")[:1], column)


def _next_area(parent: str, kind: str) -> str:
    """Below a village natural villages count from 201, compounds from 101."""
    first = 201 if kind == AreaKind.NATURAL_VILLAGE else 101
    same = Area.objects.filter(parent=parent, kind=kind).order_by("-code").values_list("code", flat=True).first()
    number = int(same[-3:]) + 1 if same else first
    taken = set(Area.objects.filter(parent=parent).values_list("code", flat=True))
    free = (code for each in range(number, 1000) if (code := f"{parent}{each:03d}") not in taken)
    return next(free, "")


def _after(rows: QuerySet, column: str) -> str:
    last = max(rows.values_list(column, flat=True), key=lambda code: (len(code), code), default="")
    found = _NUMBER.match(last)
    if not found:
        return ""
    prefix, number = found[1], found[2]
    codes = [f"{prefix}{int(number) + step:0{len(number)}d}" for step in range(1, TRIED + 1)]
    taken = set(
        rows.model._default_manager.filter(**{f"{column}__in": codes}).order_by().values_list(column, flat=True)
    )
    return next((code for code in codes if code not in taken), "")


def operators(user) -> list[tuple[str, str]]:
    rows = Operator.objects.order_by("code").values_list("code", "name")
    return list(rows.filter(pk=user.operator_id) if user.operator_id else rows)


def areas_near(code: str, user, table: str) -> list[tuple[str, str]]:
    """The villages, communities, natural villages and compounds of the same township in scope, to be suggested."""
    rows = Area.objects.visible_to(user).filter(kind__in=(*VILLAGE_LEVEL, *LEAVES), code__startswith=code[:9])
    if not user.scope.area and code:
        rows = Area.objects.filter(kind__in=(*VILLAGE_LEVEL, *LEAVES), code__startswith=code[:9])
    if len(code) < 9 and len(user.scope.area or "") < 9:
        return []
    return list(rows.order_by("code").values_list("code", "name")[:OFFERED])


def area_code_of(typed: str, user) -> str:
    """The code that somebody means who typed a code, a name, or both as 名称（编码）; Refused says what else there is."""
    text = typed.strip()
    if found := re.search(r"([0-9]{6,15})", text):
        return found[1]
    if not text:
        return ""
    rows = Area.objects.filter(name=text).exclude(kind=AreaKind.DISTRICT)
    rows = rows.visible_to(user) if user.scope.area else rows
    some = list(rows.order_by("code").values_list("code", "name", "parent__name")[:6])
    if len(some) == 1:
        return some[0][0]
    if not some:
        raise Refused(f"您的范围内没有名称为“{text}”的区域：请填编码，或从提示中选择。")
    told = "、".join(f"{parent}{name}（{code}）" for code, name, parent in some)
    raise Refused(f"名称为“{text}”的区域有几个：{told}。请填其中一个的编码。")


def operators_all() -> list[tuple[str, str]]:
    return list(Operator.objects.order_by("code").values_list("code", "name"))
