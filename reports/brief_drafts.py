"""The brief before it is issued: its words are edited in a draft of the district or the township, a quarter and a basis."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from django.urls import reverse
from django.utils.http import urlencode

from acceptance.models import Basis
from acceptance.verdicts.lookups import NotThere
from accounts.posts import Power
from areas.models import Area
from areas.vocabulary import TOWNSHIPS, AreaKind
from common.clock import today
from common.periods import Quarter
from papers.document import Paper
from papers.hooks import Draftable
from papers.models import BodyRole
from papers.wording import words_for
from reports import closing
from reports.brief import KIND, BriefFigures, brief, issuer_of
from reports.progress import ProgressPage
from reports.query import Asking, PageQuery, Viewer

ISSUED_WITH: Mapping[AreaKind, Power] = MappingProxyType(
    {AreaKind.DISTRICT: Power.SUBMIT_SUBMISSIONS, **dict.fromkeys(TOWNSHIPS, Power.SIGN_INSPECTIONS)}
)
"""With which power a brief is issued: that of whoever signs what leaves the bureau, and what leaves the township."""

WRITERS = frozenset({BodyRole.BUREAU, BodyRole.TOWNSHIP})
"""Whose people edit the brief of their own area."""


def name_of(area: Area, quarter: Quarter, basis: Basis) -> str:
    """What a draft of the brief is about: 441802.2018Q4.approved, or 441802103.2018Q4.approved."""
    return f"{area.code}.{quarter}.{basis}"


def figures_of(asked: PageQuery, area: Area) -> BriefFigures:
    """What the brief of a page's query says; its user's scope must hold ``area``."""
    page = ProgressPage(asked.user, asked.plan, asked.county, asked.quarter, asked.basis, asked.against)
    plans = closing.signed(asked.user, asked.quarter, asked.basis)
    return BriefFigures(page, area, asked.standing.as_of, plans)


def draftable(kind: str, name: str) -> Draftable | None:
    """The brief of a district or township that is judged in the quarter; None for any other name."""
    code, _, rest = name.partition(".")
    period, _, basis = rest.partition(".")
    if kind != KIND or basis not in Basis.values:
        return None
    area = Area.objects.filter(pk=code, kind__in=ISSUED_WITH).select_related("parent").first()
    asked = _asked(area, period, basis) if area else None
    if asked is None or name != name_of(area, asked.quarter, asked.basis):
        return None
    query = f"?{urlencode({'period': asked.quarter, 'basis': asked.basis})}"
    made: list[BriefFigures] = []

    def figures() -> BriefFigures:
        made[:] = made or [figures_of(asked, area)]
        return made[0]

    def build(number: str, on: date) -> Paper:
        return brief(figures(), words_for(KIND, area.county, name), on, number)

    return Draftable(
        title=f"{asked.quarter.label}{area.name}简报",
        url=f"{reverse('progress')}{query}",
        issuer=issuer_of(area, today()),
        is_letter=False,
        is_open=True,
        build=build,
        computed=lambda: figures().texts,
        issue_url=f"{reverse('issue_brief')}{query}",
        issue_power=ISSUED_WITH[AreaKind(area.kind)],
        has_own_number=True,
    )


def _asked(area: Area, period: str, basis: str) -> PageQuery | None:
    """The query of the district's page of progress; None where the quarter is not judged."""
    try:
        return PageQuery(Asking(Viewer(area), {"period": period, "basis": basis}), today()) if period else None
    except NotThere:
        return None
