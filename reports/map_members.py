"""The members of a figure, to be shown alone on the map: `/map/?of=…&part=…` with what the figure's own page is asked."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from acceptance.models import SiteVerdict
from acceptance.verdicts.lookups import NotThere
from areas.models import AccessPoint
from figures.address import MemberPart
from figures.asking import listing_of
from figures.declared import FigureQuery, find
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


def narrowing(request: HttpRequest) -> dict[str, str]:
    """What of the address names members, blank where it names none."""
    return {name: request.GET[name] for name in _NARROWING if request.GET.get("of") and request.GET.get(name)}


def members_shown(request: HttpRequest, asked: PageQuery, area) -> MembersShown | None:
    """The members that the address names, None where it names no figure; two queries.

    Raises:
        NotThere: no figure has that name.

    """
    asked_for = narrowing(request)
    if not asked_for:
        return None
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
