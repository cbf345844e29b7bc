"""What is shown alone on the map: the members of a figure, or where the problems of a list lie.

`/map/?of=…&part=…` with what the figure's own page is asked, `/map/?list=problems&…` with what the list is.
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from acceptance.models import SiteVerdict
from acceptance.verdicts.lookups import NotThere
from areas.models import AccessPoint
from areas.vocabulary import CODE_LENGTH, AreaKind
from figures.address import MemberPart
from figures.asking import listing_of
from figures.declared import FigureQuery, find
from problems.listing import ProblemFilter
from problems.models import Problem
from reports.query import PageQuery

_NARROWING = ("of", "part", "cause", "township", "q")
"""What of an address says which members are meant, besides area, quarter and basis."""


@dataclass(frozen=True)
class MembersShown:
    """Which things the map shows: ``kind`` is sites, points or areas, ``keys`` their numbers or codes."""

    title: str
    noun: str
    kind: str
    keys: list[str]
    url: str

    @property
    def document(self) -> dict:
        return {"kind": self.kind, "keys": self.keys}


PROBLEMS = "problems"


def narrowing(request: HttpRequest) -> dict[str, str]:
    """What of the address names members, blank where it names none."""
    if request.GET.get("list") == PROBLEMS:
        return {name: request.GET[name] for name in ("list", *ProblemFilter.base_filters) if request.GET.get(name)}
    return {name: request.GET[name] for name in _NARROWING if request.GET.get("of") and request.GET.get(name)}


def members_shown(request: HttpRequest, asked: PageQuery, area) -> MembersShown | None:
    """The members that the address names, None where it names none; two queries.

    Raises:
        NotThere: no figure has that name.

    """
    asked_for = narrowing(request)
    if not asked_for:
        return None
    if "list" in asked_for:
        return _problems(request, area, asked_for)
    query = FigureQuery(request.user, asked.plan, area, asked.quarter, asked.basis)
    figure = find(asked_for["of"], asked.plan)
    if figure is None:
        raise NotThere(f"没有名为“{asked_for['of']}”的指标。", (("地图", reverse("map")),))
    chosen = listing_of(figure, query, "").filterset(asked_for, queryset=figure.members(query))
    rows = chosen.qs if chosen.is_valid() else figure.members(query)
    kind = {SiteVerdict: "sites", AccessPoint: "points"}.get(rows.model, "areas")
    path = chosen.code_path if kind != "areas" else chosen.area_path
    part = asked_for.get("part", MemberPart.ALL)
    more = {name: value for name, value in asked_for.items() if name not in ("of", "part")}
    return MembersShown(
        f"{figure.title}：{figure.names.get(part, '差额')}", figure.noun, kind,
        sorted(set(rows.order_by().values_list(path, flat=True))), query.address(figure.of, part, **more),
    )  # fmt: skip


def _problems(request: HttpRequest, area, asked_for: dict[str, str]) -> MembersShown:
    """Where the problems lie that the list shows to this person; those of a whole township are left out, else all of it would be shown."""
    seen = Problem.objects.visible_to(request.user)
    chosen = ProblemFilter(asked_for, queryset=seen, request=request)
    rows = (chosen.qs if chosen.is_valid() else seen).filter(area__code__startswith=area.code)
    codes = set(rows.order_by().values_list("area_id", flat=True))
    keys = sorted(code for code in codes if len(code) > CODE_LENGTH[AreaKind.TOWN])
    query = {name: value for name, value in asked_for.items() if name != "list"}
    address = reverse("problems:index") + (f"?{urlencode(query)}" if query else "")
    return MembersShown("问题台账所列问题（涉及整个街镇的除外）", "地点", "areas", keys, address)
