"""What an operator could mend at its own points and orders, and how many sites each would make capable; read from stored verdicts."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import cast

import django_filters as filters
from django.db.models import CharField, QuerySet, Value
from django.urls import reverse

from acceptance.judging import standing
from acceptance.models import SiteVerdict
from acceptance.rules.plan import Plan
from acceptance.wording.sites import REASONS
from accounts.models import User
from areas.dated import names_on, then_with_areas
from areas.models import AccessPoint, Area
from areas.vocabulary import AreaKind, DatedTable
from common.listing import CODE, WORDS, Column
from common.lookups import among, chunks
from common.periods import Quarter
from figures.address import MemberPart, figure
from figures.declared import FigureQuery, OpenedFigure
from figures.filters import Members

LISTED, NAMED = 8, 3
ORDERS = "orders"
WORK = {"too_slow": "提速", "tv_only": "改造为宽带", "not_open": "开通", ORDERS: "按期办结工单"}
"""What is to be done, by the reason of the sites that wait for it."""


@dataclass(frozen=True)
class Hanging:
    """A site that is not capable and would be by one piece of work of an operator: ``fix`` is a point's number or a village's code."""

    pk: int
    site_area: str
    fix: str
    work: str
    operator: str


@dataclass(frozen=True)
class Fix:
    """A piece of work: where, how many sites it makes capable, and the names of the first areas in which they lie."""

    fix: str
    work: str
    name: str
    place: str
    sites: int
    areas: str
    url: str
    """The access point, or the village's orders."""
    members: str


def hanging(rows: QuerySet, plan: Plan, operator: str | None) -> Iterator[Hanging]:
    """Sites, of standing verdicts, that hang on one piece of work of the operator, or of any; one query."""
    needed = int(plan.capability.operators.value)
    fields = ("pk", "area_code", "reason", "inputs")
    for pk, area, reason, inputs in rows.filter(capable="no").order_by("pk").values_list(*fields):
        reach = inputs["reach"]
        if sum(each["passes"] for each in reach) + 1 < needed:
            continue
        miss = inputs.get("near_miss")
        if miss and miss["reason"] in WORK and operator in (None, miss["operator"]):
            yield Hanging(pk, area, miss["ap_id"], miss["reason"], miss["operator"])
        if reason == "service_late":
            for each in reach:
                if not each["passes"] and operator in (None, each["operator"]):
                    yield Hanging(pk, area, area[:12], ORDERS, each["operator"])


def counties() -> list[str]:
    """The districts in which an operator may have a network."""
    return list(Area.objects.filter(kind=AreaKind.DISTRICT).order_by("code").values_list("code", flat=True))


def version() -> tuple:
    """Changes whenever a stored verdict may read differently; asked, too, so that the page says where verdicts are behind."""
    return tuple((county, *standing.of(county).version) for county in counties())


def of_operator(operator: str, plan: Plan, quarter: Quarter) -> list[Fix]:
    """An operator's pieces of work as of a quarter's end, those that turn most sites first; five queries."""
    rows = SiteVerdict.objects.standing().filter(county__in=counties(), period=str(quarter))
    found: dict[tuple[str, str], list[Hanging]] = defaultdict(list)
    for each in hanging(rows, plan, operator):
        found[each.fix, each.work].append(each)
    ordered = sorted(found, key=lambda key: (-len(found[key]), key))
    named = _Named(ordered, {each.site_area for several in found.values() for each in several}, quarter)
    return [_fix(key, found[key], named, operator, quarter) for key in ordered]


class _Named:
    """What points and villages are called on the quarter's last day; three queries and one a thousand."""

    def __init__(self, keys: Sequence[tuple[str, str]], areas: Set[str], quarter: Quarter) -> None:
        self.points: dict[str, tuple[str, str]] = {}
        for some in chunks(sorted({fix for fix, work in keys if work != ORDERS})):
            rows = AccessPoint.objects.filter(ap_id__in=some).order_by().values_list("ap_id", "name", "township_id")
            self.points |= {point: (name, township) for point, name, township in rows}
        codes = set(areas) | {fix for fix, work in keys if work == ORDERS}
        codes |= {code[:9] for code in codes} | {township for _, township in self.points.values() if township}
        found: dict[str, str] = {}
        for some in chunks(sorted(codes)):
            found |= dict(Area.objects.filter(code__in=some).order_by().values_list("code", "name"))
        self.areas: Mapping[str, str] = names_on(DatedTable.AREAS, found, quarter.last_day)


def _fix(key: tuple[str, str], sites: Sequence[Hanging], named: _Named, operator: str, quarter: Quarter) -> Fix:
    fix, work = key
    point, township = named.points.get(fix, ("", fix[:9]))
    areas = sorted({each.site_area for each in sites})
    if work == ORDERS:
        name, url = named.areas.get(fix, fix), f"{reverse('areas:orders')}?area={fix}&state=open"
    else:
        name, url = point or fix, reverse("areas:access_point", args=[fix])
    return Fix(
        fix=fix,
        work=WORK[work],
        name=name,
        place=named.areas.get(township or "", ""),
        sites=len(sites),
        areas="、".join(named.areas.get(code, code) for code in areas[:NAMED]) + ("等" if len(areas) > NAMED else ""),
        url=url,
        members=figure("fixes", area="", quarter=quarter, operator=operator, fix=fix),
    )


# ---------------------------------------------------------------- its members


class FixMembers(Members):
    """Sites that hang on a piece of work."""

    code_path, name_path, area_path = "site__site_id", "site__name", "area_code"

    fix = filters.CharFilter(label="接入点或村居编码", method="by_fix", max_length=30)
    operator = filters.CharFilter(label="运营企业", method="by_operator", max_length=20)

    class Meta:
        fields: list[str] = []

    def by_fix(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        found = _of_query(self.asked)
        return rows.filter(among("pk", sorted({each.pk for each in found if each.fix == value})))

    def by_operator(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        found = _of_query(self.asked)
        return rows.filter(among("pk", sorted({each.pk for each in found if each.operator == value})))

    def as_of(self, rows) -> list[SiteVerdict]:
        found = list(rows)
        then_with_areas([row.site for row in found], self.asked.quarter.last_day)
        return found


def find(of: str, plan: Plan) -> OpenedFigure | None:
    """``fixes``: the sites that one piece of work would make capable; None for others."""
    if of != "fixes":
        return None
    return OpenedFigure(
        of="fixes",
        title="整改后可具备能力的点位",
        counts="季末不具备光网接入能力，只待一项整改（提速、开通、改造接入点，或按期办结报装工单）的点位",
        noun="点位",
        unit="个",
        source=None,
        members=lambda asked: _members(asked).annotate(
            part=Value("", output_field=CharField()), cause=Value("", output_field=CharField())
        ),
        columns=_columns,
        filterset=FixMembers,
        order=("area_code", "site_id"),
        names={MemberPart.ALL: "全部"},
        states={},
        is_network=True,
    )


def _rows(asked: FigureQuery) -> QuerySet:
    """The standing verdicts of the quarter that the user may be told of: of an operator, those at its own points and orders."""
    rows = SiteVerdict.objects.standing().filter(period=str(asked.quarter))
    if _operator(asked) is not None:
        return rows
    return rows.visible_to(asked.user).filter(county=asked.area.county, area_code__startswith=asked.code)


def _of_query(asked: FigureQuery) -> list[Hanging]:
    return list(hanging(_rows(asked), asked.plan, _operator(asked)))


def _operator(asked: FigureQuery) -> str | None:
    """Whose own work is told alone; None for whoever reads all."""
    return cast(User, asked.user).scope.operator


def _members(asked: FigureQuery) -> QuerySet:
    keys = sorted({each.pk for each in _of_query(asked)})
    return SiteVerdict.objects.filter(among("pk", keys)).select_related("site__area")


def _columns(asked: FigureQuery) -> tuple[Column, ...]:
    return (
        Column("name", "点位", "site.name", order=("site__name",), head=True),
        Column("site_id", "编号", "site.site_id", CODE, order=("site__site_id",), minor=True),
        Column("area", "所属区域", "site.area.name", order=("area_code",)),
        Column("reason", "原因", lambda row: REASONS.get(row.reason, ""), WORDS, order=("reason",)),
        Column("point", "接入点", lambda row: (row.inputs.get("near_miss") or {}).get("ap_id", ""), CODE, link=_point),
    )


def _point(row: SiteVerdict) -> str:
    miss = row.inputs.get("near_miss")
    return reverse("areas:access_point", args=[miss["ap_id"]]) if miss else ""
