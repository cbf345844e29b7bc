"""The first page of every post: what waits, how far we are, or where the tools are; it reads and decides nothing."""

from collections.abc import Mapping
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from acceptance import plan
from acceptance.verdicts.lookups import answers_not_there
from acceptance.verdicts.pages import VerdictPage
from accounts import unusual
from accounts.posts import ADMINISTRATORS, Power, ScopeKind
from common.clock import now, today
from common.periods import Quarter
from inbox import items as inbox_items
from reports import fixes, http_cache
from reports.answer import answer
from reports.awards import Awarded, awarded
from reports.closing import ClosingWork, closing
from reports.matrix import matrix
from reports.network import NetworkPage
from reports.progress import ProgressPage
from reports.query import PageQuery
from returns.counts.tasks import progress as counting
from supervision.news import news

COUNTS = 4
"""Rounds of counts on an operator's first page, the latest."""


def _inbox(user) -> dict:
    """What the first page shows of the inbox, and the number for the header."""
    inbox = inbox_items.of(user)
    return {"inbox": inbox, "inbox_unread": inbox.unread}


def _told(user) -> dict:
    """The inbox, and what changed since the person last looked."""
    found = _inbox(user)
    return {"news": news(user, now(), found["inbox"].opened), **found}


@answers_not_there
def home(request: HttpRequest) -> HttpResponse:
    """The first page, by post: what I owe, what waits for me, how far we are, or where my tools are."""
    if request.user.may(Power.ANSWER_REFERRALS) and not request.user.may(Power.SEE_PROGRESS):
        return _administrator_home(request)
    return _HOMES[request.user.grants.scope_kind](request)


def _district_home(request: HttpRequest) -> HttpResponse:
    asked = PageQuery(request, today())
    titles = _titles(request.user, asked)
    work = closing(request.user, asked.quarter, asked.basis)
    said = (titles.version, sorted(work.items()), request.user.scope, request.user.unit)
    shown = (*asked.version, *said, asked.quarter, asked.basis)
    made = lru_cache(maxsize=1)(lambda: _district(request.user, asked, titles, work))
    parts = {"said": "reports/_home_district.html", "picture": "reports/_home_matrix.html"}
    bodies = {name: http_cache.content(template, shown, made) for name, template in parts.items()}
    context = {**bodies, **_told(request.user), **asked.context}
    return render(request, "reports/home_district.html", context)


def _titles(user, asked: PageQuery) -> Awarded:
    """The titles awarded, where tasks of the own unit are shown with them; none for everybody else."""
    is_lead = any(user.unit and user.unit in duty.lead for duty in asked.plan.duties.values())
    return awarded(user, asked.county, asked.quarter.last_day) if is_lead else Awarded({})


def _district(user, asked: PageQuery, titles: Awarded, work: Mapping[str, ClosingWork]) -> dict:
    page = ProgressPage(user, asked.plan, asked.county, asked.quarter, asked.basis, titles=titles)
    own = [shown for shown in page.milestones if user.unit and user.unit in shown.duty.lead]
    led = sorted(own, key=lambda shown: not shown.is_behind)
    return {"sentences": answer(page, work), "led": led, "blocks": matrix(page), **asked.context}


def _township_home(request: HttpRequest) -> HttpResponse:
    asked = PageQuery(request, today())
    user = request.user
    work = closing(user, asked.quarter, asked.basis)
    shown = (*asked.version, sorted(work.items()), user.scope, user.area.name, asked.quarter, asked.basis)
    made = lru_cache(maxsize=1)(lambda: _township(user, asked, work))
    parts = {"said": "reports/_home_said.html", "body": "reports/_home_township.html"}
    bodies = {name: http_cache.content(template, shown, made) for name, template in parts.items()}
    context = {**bodies, "area": user.area, "today": today(), **_told(user), **asked.context}
    return render(request, "reports/home_township.html", context)


def _township(user, asked: PageQuery, work: Mapping[str, ClosingWork]) -> dict:
    page = ProgressPage(user, asked.plan, asked.county, asked.quarter, asked.basis, titles=Awarded({}))
    return {
        "area": user.area,
        "verdict": VerdictPage(user, asked.plan, user.area, asked.quarter, asked.basis),
        "sentences": answer(page, work),
        "blocks": matrix(page),
        **asked.context,
    }


def _operator_home(request: HttpRequest) -> HttpResponse:
    user, on = request.user, today()
    current, quarter = plan.current(), Quarter.containing(today()).plus(-1)

    def made() -> dict:
        found = fixes.of_operator(user.operator_id, current, quarter)
        return {"fixes": found[: fixes.LISTED], "number": len(found), "operator": user.operator, "quarter": quarter}

    shown = (user.operator_id, quarter, current.digest, fixes.version())
    context = {
        "page": NetworkPage(user, current, on, user.operator),
        "operator": user.operator,
        "turning": http_cache.content("reports/_home_fixes.html", shown, made),
        "counts": counting(user)[:COUNTS],
        **_inbox(user),
    }
    return render(request, "reports/home_operator.html", context)


def _administrator_home(request: HttpRequest) -> HttpResponse:
    links = [
        ("账号管理", reverse("accounts:users"), "建立、停用账号，维护办公电话，重置密码", Power.MANAGE_ACCOUNTS),
        ("系统状态", reverse("upkeep:status"), "查看磁盘、数据库、备份等是否正常，按提示处理", Power.SEE_STATUS),
        ("岗位分配", reverse("accounts:users"), "给账号定岗位和所属区域", Power.ASSIGN_POSTS),
        ("登录告警", reverse("accounts:alarms"), "查看何处在猜测密码，核查后解除限制", Power.ASSIGN_POSTS),
        ("审计记录", reverse("accounts:audit"), "查阅各项操作的经手人、时间和内容", Power.READ_AUDIT_TRAIL),
        ("异常行为", reverse("accounts:anomalies"), "核查夜间登录、大量导出等情况", Power.READ_AUDIT_TRAIL),
        ("存证核验", reverse("witness:check"), "核对纸质回执、通报，看当时的数据有无改动", Power.READ_AUDIT_TRAIL),
    ]
    if request.user.grants.scope_kind == ScopeKind.DISTRICT:
        links = [
            (
                "移送案件",
                reverse("problems:index"),
                "查看移送本单位的收费、垄断案件，反馈处理结果",
                Power.ANSWER_REFERRALS,
            )
        ]
    own = [(label, url, about) for label, url, about, power in links if request.user.may(power)]
    odd = unusual.of(request.user) if request.user.may(Power.READ_AUDIT_TRAIL) else None
    context = {
        "links": own,
        "odd": odd,
        "period": unusual.PERIOD_WORDS,
        "is_administrator": request.user.post in ADMINISTRATORS or not request.user.post,
        **_inbox(request.user),
    }
    return render(request, "reports/home_administrator.html", context)


_HOMES = {
    ScopeKind.TOWNSHIP: _township_home,
    ScopeKind.DISTRICT: _district_home,
    ScopeKind.OPERATOR: _operator_home,
    ScopeKind.NONE: _administrator_home,
}
