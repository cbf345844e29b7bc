"""Tagged areas and sites (专项标签) with their own progress: of each tag the sites, as a figure that opens (三(一), M03–M06)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from types import MappingProxyType

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.db.models.functions import Left

from acceptance.rules.plan import Plan
from areas.vocabulary import SiteKind
from figures import causes, lists
from figures.address import MemberPart
from figures.declared import NAMES, FigureQuery, OpenedFigure
from figures.filters import SiteMembers
from figures.of_plan import CAPABLE, of_site_kinds
from measures.kinds import TAG, TAGS
from measures.models import MeasureRecord

_NAMES = dict(TAGS)
_CODES = (9, 12, 15)
OF_KIND: Mapping[str, SiteKind] = MappingProxyType(
    {
        "urban_village": SiteKind.URBAN_VILLAGE,
        "industrial_park": SiteKind.INDUSTRIAL_PARK,
        "scenic_spot": SiteKind.SCENIC_SPOT,
    }
)
"""Tags that the register knows as kinds of sites: sites of the kind belong to them without a record."""


@dataclass(frozen=True)
class Tagged:
    """What has a tag on a day: codes of areas, keys of sites."""

    areas: tuple[str, ...] = ()
    sites: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.areas) + len(self.sites)


def tagged(county: str, on: date) -> dict[str, Tagged]:
    """What has each tag on a day, by confirmed records: from their day on, and until the other; one query."""
    rows = MeasureRecord.objects.standing().filter(kind=TAG.key, county=county)
    found: dict[str, tuple[set[str], set[int]]] = {}
    for area, site, values in rows.values_list("area", "site", "confirmed_values"):
        begins, ends = values.get("on") or "", values.get("until") or "9999"
        if begins <= on.isoformat() < ends:
            areas, sites = found.setdefault(values["tag"], (set(), set()))
            sites.add(site) if site else areas.add(area)
    return {tag: Tagged(tuple(sorted(areas)), tuple(sorted(sites))) for tag, (areas, sites) in found.items()}


def find(of: str, plan: Plan) -> OpenedFigure | None:
    """``tagged.old_estate`` by capability, ``tagged_reached.old_estate`` by coverage; None for others."""
    name, _, tag = of.partition(".")
    if tag not in _NAMES or name not in _COUNTED:
        return None
    title, counts, words = _COUNTED[name]
    return OpenedFigure(
        of=of,
        title=f"{_NAMES[tag]}：{title}",
        counts=f"当日有“{_NAMES[tag]}”标签的区域内的点位和点位本身，{counts}",
        noun="点位",
        unit="个",
        source=None,
        members=partial(members, name, tag),
        columns=partial(lists.sites, causes=causes.OF_SITES),
        filterset=SiteMembers,
        order=("area_code", "site_id"),
        causes=causes.OF_SITES,
        names=NAMES | words,
    )


CAPABILITY, COVERAGE = "tagged", "tagged_reached"
_COUNTED = {
    CAPABILITY: (
        "光网接入能力",
        "按季末是否具备光网接入能力分列",
        {MemberPart.PASSED: "具备", MemberPart.FAILED: "不具备"},
    ),
    COVERAGE: (
        "光纤网络覆盖",
        "按季末是否在合格接入点的半径内分列",
        {MemberPart.PASSED: "已覆盖", MemberPart.FAILED: "未覆盖"},
    ),
}


def members(name: str, tag: str, asked: FigureQuery) -> QuerySet:
    """The site verdicts under a tag, by capability or by coverage."""
    found = tagged(asked.area.county, asked.day).get(tag, Tagged())
    rows = asked.site_verdicts.select_related("site__area")
    rows = rows.annotate(**{f"code_{length}": Left("area_code", length) for length in _CODES})
    within = Q(site__in=found.sites)
    for length in _CODES:
        within |= Q(**{f"code_{length}__in": [code for code in found.areas if len(code) == length]})
    if tag in OF_KIND:
        within |= Q(pk__in=of_site_kinds((OF_KIND[tag],), asked, asked.site_verdicts).values("pk"))
    rows = rows.filter(within)
    return causes.of_sites(causes.by_outcome(rows, *CAPABLE) if name == CAPABILITY else _by_coverage(rows))


def _by_coverage(rows: QuerySet) -> QuerySet:
    whens = (When(reached=True, then=Value(MemberPart.PASSED)), When(reached=False, then=Value(MemberPart.FAILED)))
    return rows.annotate(part=Case(*whens, default=Value(MemberPart.UNKNOWN), output_field=CharField()))


@dataclass(frozen=True)
class TagProgress:
    """How the sites under a tag stand: how many things have it, and of their sites how many are covered and capable."""

    tag: str
    name: str
    things: int
    sites: int
    reached: int
    capable: int


def progress(asked: FigureQuery) -> list[TagProgress]:
    """Every tag in an area and quarter; so many queries however much is tagged."""
    on_day = tagged(asked.area.county, asked.day)
    return [_progress(asked, tag, name, on_day.get(tag, Tagged())) for tag, name in TAGS]


def _progress(asked: FigureQuery, tag: str, name: str, found: Tagged) -> TagProgress:
    by_part = {
        of: dict(members(of, tag, asked).order_by().values_list("part").annotate(count=Count("pk")))
        for of in (CAPABILITY, COVERAGE)
    }
    things = sum(code.startswith(asked.code) for code in found.areas) + _sites(found, asked)
    passed = {of: parts.get(MemberPart.PASSED, 0) for of, parts in by_part.items()}
    return TagProgress(tag, name, things, sum(by_part[CAPABILITY].values()), passed[COVERAGE], passed[CAPABILITY])


def _sites(found: Tagged, asked: FigureQuery) -> int:
    return asked.site_verdicts.filter(site__in=found.sites).count() if found.sites else 0
