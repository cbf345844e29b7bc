"""The situation of an area, and of an operator, as of a quarter."""

from collections.abc import Mapping

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from acceptance import plan
from acceptance.verdicts.lookups import NotThere, answers_not_there, asked_area
from acceptance.verdicts.pages import ancestors
from accounts.access import requires
from accounts.posts import Power
from areas.models import Area, Operator
from areas.vocabulary import LEAVES, TOWNSHIPS, AreaKind
from common.clock import today
from reports import http_cache
from reports.answer import answer
from reports.awards import Awarded
from reports.closing import ClosingWork, closing
from reports.operator import OperatorPage
from reports.progress import ProgressPage
from reports.query import PageQuery, Viewer
from reports.situation import SituationPage
from returns.models import ReturnMove
from returns.rounds import rounds


@requires(Power.SEE_PROGRESS)
@answers_not_there
def situation(request: HttpRequest, code: str) -> HttpResponse:
    """A district, township, village or community; a leaf is shown by its verdict."""
    area, asked = asked_area(request.user, code), PageQuery(request, today())
    if area.kind in LEAVES:
        return redirect(reverse("acceptance:verdict", args=[asked.quarter, code]))
    moved = ReturnMove.objects.filter(quarterly_return__county=asked.county).aggregate(last=Max("pk"))["last"]
    work = closing(request.user, asked.quarter, asked.basis)
    version = (*asked.version, moved, sorted(rounds.due_days(asked.county).items()), sorted(work.items()))

    def make() -> HttpResponse:
        shown = (*version, request.user.scope, code, area.name, asked.quarter, asked.basis)
        body = http_cache.content("reports/_situation.html", shown, lambda: _situation(request.user, asked, area, work))
        context = {
            "body": body,
            "area": area,
            "crumbs": _crumbs(request.user, area, asked),
            "map_query": asked.address(area=code),
            **asked.context,
        }
        return render(request, "reports/situation.html", context)

    return http_cache.answer(request, (*version, area.name), make)


def _situation(user, asked: PageQuery, area: Area, work: Mapping[str, ClosingWork]) -> dict:
    page = SituationPage(user, asked.plan, area, asked.quarter, asked.basis, asked.on)
    own = ProgressPage(Viewer(area), asked.plan, asked.county, asked.quarter, asked.basis, titles=Awarded({}))
    sentences = answer(own, work) if area.kind in (*TOWNSHIPS, AreaKind.DISTRICT) else ()
    return {"page": page, "sentences": sentences, "map_query": asked.address(area=area.code), **asked.context}


def _crumbs(user, area: Area, asked: PageQuery) -> list[tuple[str, str]]:
    """From the progress page down to the area; what lies above the user's scope is text."""
    above = [
        (up.name, reverse("situation", args=[up.code]) + asked.address() if user.scope.holds(up.code) else "")
        for up in ancestors(area)
    ]
    return [("任务进度", reverse("progress") + asked.address()), *above, (area.name, "")]


@requires(Power.SEE_NETWORK)
@answers_not_there
def operator(request: HttpRequest, code: str) -> HttpResponse:
    """An operator in the user's scope: its own network for an operator, the part in its area for any other post."""
    found = Operator.objects.filter(code=code).first()
    if found is None or request.user.scope.operator not in (None, code):
        sentence = f"没有编码为“{code}”的运营企业，或不在您岗位的查看范围内。"
        raise NotThere(sentence, behind=Operator.objects.filter(code=code))
    page = OperatorPage(request.user, plan.current(), found, today())
    return render(request, "reports/operator.html", {"page": page, "operator": found})
