"""Pages of progress; all read stored verdicts and decide nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from acceptance.verdicts.lookups import NotThere, answers_not_there
from accounts.access import requires
from accounts.posts import Power, ScopeKind
from common.clock import today
from common.exceptions import Refused
from papers import serving as papers
from papers.bodies import OF_POST
from papers.wording import words_for
from reports import brief, brief_drafts, http_cache, pace, tables
from reports.answer import answer
from reports.awards import Awarded, awarded
from reports.closing import ClosingWork, closing
from reports.matrix import matrix
from reports.milestone import MilestonePage
from reports.progress import ProgressPage
from reports.query import PageQuery
from reports.townships import RANKINGS, ranked, township_rows


@requires(Power.SEE_PROGRESS)
@answers_not_there
def progress(request: HttpRequest) -> HttpResponse:
    """The milestones in the user's scope: the district's for a district post, its own for a township."""
    asked = PageQuery(request, today())
    titles = awarded(request.user, asked.county, asked.quarter.last_day)
    work = closing(request.user, asked.quarter, asked.basis)
    version = (*asked.version, titles.version, sorted(work.items()))
    if request.GET.get("export"):
        page = ProgressPage(request.user, asked.plan, asked.county, asked.quarter, asked.basis, asked.against, titles)
        return tables.answer(request, tables.MILESTONES, page.lights, asked)

    def make() -> HttpResponse:
        view = ProgressView.of(request.GET)
        shown = (*version, request.user.scope, asked.quarter, asked.basis, asked.against, view)
        body = http_cache.content(
            "reports/_progress.html", shown, lambda: _progress(request.user, asked, titles, work, view)
        )
        is_writer = request.user.may(Power.DRAFT_PAPERS) and OF_POST.get(request.user.post) in brief_drafts.WRITERS
        context = {
            "body": body,
            "own": _own_township(request.user),
            "asked": asked,
            "may_issue": any(map(request.user.may, brief_drafts.ISSUED_WITH.values())),
            "brief_name": brief_drafts.name_of(request.user.area, asked.quarter, asked.basis) if is_writer else "",
            **asked.context,
        }
        return render(request, "reports/progress.html", context)

    return http_cache.answer(request, version, make)


@dataclass(frozen=True)
class ProgressView:
    """What an address unfolds: every milestone, villages by gap or time."""

    is_whole: bool
    villages: str

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "ProgressView":
        """Whatever is no choice of ours is left out."""
        return cls(asked.get("open") == "all", "time" if asked.get("villages") == "time" else "gap")


def _progress(user, asked: PageQuery, titles: Awarded, work: Mapping[str, ClosingWork], view: ProgressView) -> dict:
    page = ProgressPage(user, asked.plan, asked.county, asked.quarter, asked.basis, asked.against, titles)
    others = [quarter for quarter in asked.quarters if quarter != asked.quarter]
    own = _own_township(user)
    return {
        "page": page,
        "own": own,
        "sentences": answer(page, work),
        "blocks": matrix(page, view.villages),
        "others": others,
        "is_whole": view.is_whole,
        "view": view,
        "asked": asked,
        "how": pace.HOW,
        **asked.context,
    }


@requires(Power.SEE_PROGRESS)
@answers_not_there
def brief_paper(request: HttpRequest, form: str) -> HttpResponse:
    """The one-page brief of the user's district or township, as PDF or Word."""
    figures = _brief_figures(request)
    words = words_for(brief.KIND, figures.area.county)
    return papers.answer(request, brief.brief(figures, words, today()), form, subject=figures.area)


def _brief_figures(request: HttpRequest) -> brief.BriefFigures:
    """What the brief says of the user's district or township; NotThere where nothing is judged."""
    figures = brief_drafts.figures_of(PageQuery(request, today()), request.user.area)
    if not figures.page.steps:
        raise NotThere("尚无评定结果，不能生成简报。", (("任务进度", reverse("progress")),))
    return figures


@require_POST
@requires(Power.SUBMIT_SUBMISSIONS, Power.SIGN_INSPECTIONS)
@answers_not_there
def issue_brief(request: HttpRequest) -> HttpResponse:
    """Issue the district's or the township's brief with the year's next number (期号); from then on it is in the register of documents."""
    figures = _brief_figures(request)
    name = brief_drafts.name_of(figures.area, figures.page.quarter, figures.page.basis)
    try:
        issued = brief.issue_brief(figures, name, today(), request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("papers:draft", brief.KIND, name)
    messages.success(request, f"已编发{issued.number}。")
    return redirect("papers:document", issued.pk)


def _own_township(user):
    """The street or town of a township post; None for a district post."""
    return user.area if user.grants.scope_kind == ScopeKind.TOWNSHIP else None


@requires(Power.SEE_PROGRESS)
@answers_not_there
def milestone(request: HttpRequest, key: str) -> HttpResponse:
    """One milestone: why each light is what it is, and how it went quarter by quarter."""
    asked = PageQuery(request, today())
    titles = awarded(request.user, asked.county, asked.quarter.last_day)

    def make() -> HttpResponse:
        current = asked.plan
        wanted = next((each for each in current.milestones if each.key == key), None)
        page = None
        if wanted:
            page = MilestonePage(request.user, current, asked.county, wanted, asked.quarter, asked.basis, titles)
        if page is None or not page.lights:
            ways = (("全部任务", reverse("progress")),)
            raise NotThere(f"方案里没有编号为“{key}”的任务，或不在您岗位的查看范围内。", ways)
        return render(request, "reports/milestone.html", {"page": page, "how": pace.HOW, **asked.context})

    return http_cache.answer(request, (*asked.version, titles.version), make)


@requires(Power.SEE_PROGRESS)
@answers_not_there
def townships(request: HttpRequest) -> HttpResponse:
    """The streets and towns side by side, by code."""
    asked = PageQuery(request, today())
    rows = township_rows(request.user, asked.plan, asked.county, asked.quarter, asked.basis)
    if request.GET.get("export"):
        return tables.answer(request, tables.TOWNSHIPS, rows, asked)
    by = request.GET.get("rank", "")
    rankings = [(key, label, key == by) for key, (label, _) in RANKINGS.items()] if settings.LEAGUE_TABLE else []
    context = {"rows": ranked(rows, by), "rankings": rankings, "is_ranked": any(chosen for *_, chosen in rankings)}
    return render(request, "reports/townships.html", {**context, **asked.context})
