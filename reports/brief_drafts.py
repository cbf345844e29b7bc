"""The brief before it is issued: its body edits its words in a draft of the area, a quarter and a basis."""

from datetime import date

from django.urls import reverse
from django.utils.http import urlencode

from acceptance.models import Basis
from acceptance.verdicts.lookups import NotThere
from accounts.posts import Power
from areas.models import Area
from areas.vocabulary import TOWNSHIPS, AreaKind
from common.clock import today
from common.periods import Quarter
from papers.bodies import OF_POST
from papers.document import Paper
from papers.hooks import Draftable
from papers.wording import words_for
from reports import closing
from reports.brief import KIND, BriefFigures, body_of, brief, issue_power, role_of
from reports.progress import ProgressPage
from reports.query import Asking, PageQuery, Viewer


def name_of(area: Area, quarter: Quarter, basis: Basis) -> str:
    """What a draft of the brief is about: 441802.2018Q4.approved."""
    return f"{area.code}.{quarter}.{basis}"


def may_write(user) -> bool:
    """Whether the brief of the user's area is a paper of the user's own body, and the post writes papers."""
    return user.may(Power.DRAFT_PAPERS) and OF_POST.get(user.post) == role_of(user.area)


def figures_of(asked: PageQuery, area: Area) -> BriefFigures:
    """What the brief of a page's query says; its user's scope must hold ``area``."""
    page = ProgressPage(asked.user, asked.plan, asked.county, asked.quarter, asked.basis, asked.against)
    plans = closing.signed(asked.user, asked.quarter, asked.basis)
    return BriefFigures(page, area, asked.standing.as_of, plans)


def draftable(kind: str, name: str) -> Draftable | None:
    """The brief of a district, street or town that is judged in the quarter; None for any other name."""
    code, _, rest = name.partition(".")
    period, _, basis = rest.partition(".")
    if kind != KIND or basis not in Basis.values:
        return None
    area = Area.objects.filter(pk=code, kind__in=(AreaKind.DISTRICT, *TOWNSHIPS)).first()
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
        issuer=body_of(area, today()),
        is_letter=False,
        is_open=True,
        build=build,
        computed=lambda: figures().texts,
        issue_url=f"{reverse('issue_brief')}{query}",
        issue_power=issue_power(area),
        has_own_number=True,
    )


def _asked(area: Area, period: str, basis: str) -> PageQuery | None:
    """The query of the area's page of progress; None where the quarter is not judged."""
    try:
        return PageQuery(Asking(Viewer(area), {"period": period, "basis": basis}), today()) if period else None
    except NotThere:
        return None
