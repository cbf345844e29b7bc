"""The figures of the plan: its milestones, the criteria of its areas, its titles; and the sites and returns behind them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from django.db.models import BigIntegerField, Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from acceptance import wording
from acceptance.models import MilestoneVerdict, Verdict
from acceptance.rules.plan import Criterion, Milestone, Plan
from acceptance.wording.criteria import UNRECORDED
from acceptance.wording.measures import MEASURES
from areas.dated import KindsOverTime, overrides
from areas.vocabulary import LEAVES, TOWNSHIPS, VILLAGE_LEVEL, AreaKind, DatedTable, SiteKind
from figures import causes, lists
from figures.address import MemberPart
from figures.declared import NAMES, FigureQuery, Needed, OpenedFigure
from figures.filters import AreaMembers, SiteMembers

OUTCOMES = ("outcome", "achieved", "not_achieved", "undetermined")
COVERED = ("covered", "yes", "no", "unknown")
CAPABLE = ("capable", "yes", "no", "unknown")
"""The field of a verdict, and the answers that make its subject pass, fail, or unknown."""


def find(of: str, plan: Plan) -> OpenedFigure | None:
    """``G10`` and the like, ``criterion.S10``, ``titles.town``, ``sites``, ``returns``, ``coverage`` … None for others."""
    name, _, rest = of.partition(".")
    if rest:
        lookup = _FAMILIES.get(name)
        return lookup(rest, plan) if lookup else None
    milestone = next((each for each in plan.milestones if each.key == of), None)
    if milestone:
        return _milestone(milestone, plan)
    return _NAMED[of](plan) if of in _NAMED else None


# ------------------------------------------------ areas


def _of_kind(asked: FigureQuery, kinds: tuple[str, ...]) -> QuerySet:
    """Verdicts on the areas that are of the kinds on the quarter's last day."""
    return asked.verdicts.select_related("area__parent").filter(_is_of(asked, kinds))


def _is_of(asked: FigureQuery, kinds: tuple[str, ...]) -> Q:
    became = KindsOverTime(asked.area.county).become(asked.quarter.last_day)
    now = [code for code, kind in became.items() if kind in kinds]
    return Q(area__kind__in=kinds) & ~Q(area_id__in=list(became)) | Q(area_id__in=now)


def _leaves(asked: FigureQuery, kind: AreaKind) -> QuerySet:
    """Natural villages in scope, or compounds, by outcome."""
    criterion = asked.plan.share_of(kind)
    rows = causes.by_outcome(_of_kind(asked, (kind,)), *OUTCOMES)
    return causes.of_leaves(rows, Q(capable="no"), criterion.site_kinds)


def _covered(asked: FigureQuery) -> QuerySet:
    """Natural villages in scope, by whether every settlement is reached."""
    rows = causes.by_outcome(_of_kind(asked, (AreaKind.NATURAL_VILLAGE,)), *COVERED)
    return causes.of_leaves(rows, Q(reached=False), (SiteKind.SETTLEMENT,))


def _demonstrations(asked: FigureQuery, kind: AreaKind) -> QuerySet:
    """Natural villages or compounds that are nominated on the quarter's last day."""
    changed = overrides(DatedTable.AREAS, "demonstration", asked.quarter.last_day)
    now = [code for code, nominated in changed.items() if nominated]
    nominated = Q(area__demonstration=True) & ~Q(area_id__in=list(changed)) | Q(area_id__in=now)
    return _leaves(asked, kind).filter(nominated)


def _above(asked: FigureQuery, kinds: tuple[AreaKind, ...]) -> QuerySet:
    """Villages, towns, streets, by outcome."""
    return causes.of_areas(causes.by_outcome(_of_kind(asked, kinds), *OUTCOMES))


_AREAS: Mapping[str, tuple[Callable[[FigureQuery], QuerySet], Mapping[str, str]]] = {
    "natural_villages_covered": (_covered, causes.OF_LEAVES),
    "natural_villages_achieved": (partial(_leaves, kind=AreaKind.NATURAL_VILLAGE), causes.OF_LEAVES),
    "quarters_achieved": (partial(_leaves, kind=AreaKind.COMPOUND), causes.OF_LEAVES),
    "demonstration_natural_villages": (partial(_demonstrations, kind=AreaKind.NATURAL_VILLAGE), causes.OF_LEAVES),
    "demonstration_quarters": (partial(_demonstrations, kind=AreaKind.COMPOUND), causes.OF_LEAVES),
    "villages_achieved": (partial(_above, kinds=(AreaKind.VILLAGE,)), causes.OF_AREAS),
    "towns_achieved": (partial(_above, kinds=(AreaKind.TOWN,)), causes.OF_AREAS),
    "townships_achieved": (partial(_above, kinds=TOWNSHIPS), causes.OF_AREAS),
}
"""By measure the areas that it counts, and the causes that they may have."""


def _of_areas(of: str, measure: str, title: str) -> OpenedFigure:
    members, own_causes = _AREAS[measure]
    noun = MEASURES[measure]
    return OpenedFigure(
        of=of,
        title=title,
        counts=f"本区域内的{noun.whole}，按季末是否{noun.done}分列",
        noun=noun.whole,
        unit=noun.unit,
        source=None,
        members=members,
        columns=partial(lists.areas, causes=own_causes),
        filterset=AreaMembers,
        order=("area_id",),
        causes=own_causes,
    )


# ------------------------------------------------ sites


def _sites(asked: FigureQuery, chosen: Callable[[FigureQuery, QuerySet], QuerySet] | None = None) -> QuerySet:
    rows = asked.site_verdicts.select_related("site__area")
    rows = chosen(asked, rows) if chosen else rows
    return causes.of_sites(causes.by_outcome(rows, *CAPABLE))


def of_site_kinds(kinds: tuple[str, ...], asked: FigureQuery, rows: QuerySet) -> QuerySet:
    """Sites that are of the kinds on the quarter's last day."""
    changed = overrides(DatedTable.SITES, "kind", asked.quarter.last_day)
    now = [site for site, kind in changed.items() if kind in kinds]
    return rows.filter(Q(site__kind__in=kinds) & ~Q(site__site_id__in=list(changed)) | Q(site__site_id__in=now))


def _urban(asked: FigureQuery, rows: QuerySet) -> QuerySet:
    """Urban sites within a street (G08; A13)."""
    streets = asked.everywhere.filter(_is_of(asked, (AreaKind.STREET,)))
    within = Q(pk__in=[])
    for code in streets.values_list("area_id", flat=True):
        within |= Q(area_code__startswith=code)
    return rows.filter(within, inputs__setting="urban")


def _of_sites(of: str, title: str, counts: str, chosen: Callable | None = None) -> OpenedFigure:
    return OpenedFigure(
        of=of,
        title=title,
        counts=counts,
        noun="点位",
        unit="个",
        source=None,
        members=partial(_sites, chosen=chosen),
        columns=partial(lists.sites, causes=causes.OF_SITES),
        filterset=SiteMembers,
        order=("area_code", "site_id"),
        causes=causes.OF_SITES,
        names=NAMES | {MemberPart.PASSED: "具备", MemberPart.FAILED: "不具备"},
    )


# ------------------------------------------------ sums over returns

HOUSEHOLDS = {
    "whole": ("coverage", "denominator", "宽带覆盖户数"),
    "share": ("coverage", "numerator", "光网覆盖户数"),
}
ALL_HOUSEHOLDS = {
    "whole": ("coverage", "full_denominator", "全部户数"),
    "share": ("coverage", "numerator", "光网覆盖户数"),
}
USERS = {
    "whole": ("penetration", "denominator", "宽带用户"),
    "share": ("penetration", "numerator", "光网用户"),
}
"""By name of a rate the whole and the share of it: where they stand in the figures of a verdict, and how they are called."""

_RETURNED = {
    MemberPart.PASSED: Q(part=MemberPart.PASSED),
    MemberPart.FAILED: Q(part=MemberPart.PASSED, rest__gt=0),
    MemberPart.UNKNOWN: Q(part=MemberPart.UNKNOWN),
    MemberPart.LACKING: Q(part=MemberPart.UNKNOWN) | Q(rest__gt=0),
    MemberPart.GAP: Q(part=MemberPart.UNKNOWN) | Q(rest__gt=0),
}


def _villages(asked: FigureQuery, parts: Mapping[str, tuple[str, str, str]] = HOUSEHOLDS) -> QuerySet:
    """The villages and communities, each with its figures; ``unknown`` where its return is missing."""
    rows = _of_kind(asked, VILLAGE_LEVEL)
    missing = Cast(KT("figures__coverage__returns_missing"), BigIntegerField())
    sums = {name: Cast(KT(f"figures__{of}__{what}"), BigIntegerField()) for name, (of, what, _) in parts.items()}
    rows = rows.annotate(missing=missing, **sums).annotate(rest=F("whole") - F("share"))
    part = Case(
        When(missing=0, then=Value(MemberPart.PASSED)), default=Value(MemberPart.UNKNOWN), output_field=CharField()
    )
    return rows.annotate(part=part)


def _of_rate(of: str, title: str, parts: Mapping[str, tuple[str, str, str]]) -> OpenedFigure:
    whole, share = parts["whole"][2], parts["share"][2]
    return OpenedFigure(
        of=of,
        title=title,
        counts=f"本区域内各村居季报的{share}和{whole}的合计；缺季报的村居不在合计之内",
        noun="村居",
        unit="户",
        source=None,
        members=partial(_villages, parts=parts),
        columns=partial(lists.summed, sums={"whole": whole, "share": share, "rest": f"{whole}中的其余"}),
        filterset=AreaMembers,
        order=("area_id",),
        names={
            MemberPart.ALL: whole,
            MemberPart.PASSED: share,
            MemberPart.FAILED: "其余",
            MemberPart.UNKNOWN: "缺季报",
        },
        states=_RETURNED,
        adds={MemberPart.ALL: "whole", MemberPart.PASSED: "share", MemberPart.FAILED: "rest"},
    )


def _returns(plan: Plan) -> OpenedFigure:
    figure = _of_rate("returns", "季报", HOUSEHOLDS)
    return replace(
        figure,
        counts="本区域内应报季报的村居，按本季季报能否计入分列",
        unit="个",
        names={MemberPart.ALL: "应报", MemberPart.PASSED: "已计入", MemberPart.UNKNOWN: "缺季报"},
        states={
            MemberPart.PASSED: Q(part=MemberPart.PASSED),
            MemberPart.UNKNOWN: Q(part=MemberPart.UNKNOWN),
            MemberPart.LACKING: Q(part=MemberPart.UNKNOWN),
        },
        adds={},
    )


# ------------------------------------------------ by name


def _milestone(milestone: Milestone, plan: Plan) -> OpenedFigure:
    title = f"{milestone.key} {wording.milestone_title(milestone)}"
    if milestone.measure == "coverage_rate":
        figure = _of_rate(milestone.key, title, HOUSEHOLDS)
    elif milestone.measure == "urban_sites_capable":
        figure = _of_sites(milestone.key, title, "街道范围内的城市点位，按季末是否具备光网接入能力分列", _urban)
    else:
        figure = _of_areas(milestone.key, milestone.measure, title)
    return replace(figure, source=milestone.source, needed=partial(_needed_by, milestone))


def _needed_by(milestone: Milestone, asked: FigureQuery) -> Needed | None:
    rows = MilestoneVerdict.objects.visible_to(asked.user).standing().filter(key=milestone.key, area=asked.area)
    row = rows.filter(period=str(asked.quarter), basis=asked.basis).first()
    return Needed(row.needed, row.missing) if row else None


def _criterion(key: str, plan: Plan) -> OpenedFigure | None:
    criterion = plan.criteria.get(key)
    if criterion is None:
        return None
    of, title = f"criterion.{key}", f"{key} {wording.criterion_title(criterion)}"
    if criterion.is_rate:
        figure = _of_rate(of, title, USERS)
    elif criterion.measure in _AREAS:
        figure = _of_areas(of, criterion.measure, title)
    else:
        counts = "计入本条标准的点位，按季末是否具备光网接入能力分列"
        figure = _of_sites(of, title, counts, partial(of_site_kinds, criterion.site_kinds))
    return replace(
        figure,
        source=criterion.source,
        needed=partial(_needed_of, criterion),
        unrecorded=partial(_unrecorded, criterion),
    )


def _found(criterion: Criterion, asked: FigureQuery) -> tuple[Verdict | None, dict]:
    verdict = asked.verdicts.filter(area=asked.area).first()
    rows = verdict.criteria if verdict else []
    return verdict, next((row for row in rows if row["key"] == criterion.key), {})


def _needed_of(criterion: Criterion, asked: FigureQuery) -> Needed | None:
    _, row = _found(criterion, asked)
    return Needed(row["needed"], row["missing"]) if row else None


def _unrecorded(criterion: Criterion, asked: FigureQuery) -> str:
    """Why one more is counted as unknown than there are sites."""
    if criterion.is_rate or criterion.measure in _AREAS:
        return ""
    _, row = _found(criterion, asked)
    members = _sites(asked, partial(of_site_kinds, criterion.site_kinds)).count()
    return UNRECORDED.get(criterion.kind, "") if row and row["total"] > members else ""


_TITLES = {
    AreaKind.STREET: partial(_above, kinds=(AreaKind.STREET,)),
    AreaKind.TOWN: partial(_above, kinds=(AreaKind.TOWN,)),
    AreaKind.VILLAGE: partial(_above, kinds=(AreaKind.VILLAGE,)),
    AreaKind.DISTRICT: partial(_above, kinds=(AreaKind.DISTRICT,)),
    AreaKind.NATURAL_VILLAGE: partial(_leaves, kind=AreaKind.NATURAL_VILLAGE),
    AreaKind.COMPOUND: partial(_leaves, kind=AreaKind.COMPOUND),
}


def _title(kind: str, plan: Plan) -> OpenedFigure | None:
    title = plan.titles.get(kind)
    if title is None:
        return None
    own = causes.OF_LEAVES if kind in LEAVES else causes.OF_AREAS
    return OpenedFigure(
        of=f"titles.{kind}",
        title=title.name,
        counts=f"本区域内参评的{AreaKind(kind).label}，按测算是否达到{title.name}标准分列",
        noun=AreaKind(kind).label,
        unit="个",
        source=title.source,
        members=_TITLES[AreaKind(kind)],
        columns=partial(lists.areas, causes=own),
        filterset=AreaMembers,
        order=("area_id",),
        causes=own,
        names=NAMES | {MemberPart.PASSED: "达标", MemberPart.FAILED: "未达标"},
    )


_FAMILIES = {"criterion": _criterion, "titles": _title}
_NAMED: Mapping[str, Callable[[Plan], OpenedFigure]] = {
    "sites": lambda plan: _of_sites("sites", "光网接入能力", "本区域内在用的点位，按季末是否具备光网接入能力分列"),
    "returns": _returns,
    "coverage": lambda plan: _of_rate("coverage", "光网络覆盖率", HOUSEHOLDS),
    "full_coverage": lambda plan: _of_rate("full_coverage", "全口径覆盖率", ALL_HOUSEHOLDS),
    "penetration": lambda plan: _of_rate("penetration", "光网用户渗透率", USERS),
}
