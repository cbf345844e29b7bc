"""How many milestones stand how: ``lights`` of all that are scored, ``lights.G10`` of one in each of its scopes."""

from collections.abc import Mapping
from functools import partial

from django.db.models import F, Q, QuerySet, Value
from django.urls import reverse

from acceptance import wording
from acceptance.models import Basis, MilestoneVerdict
from acceptance.rules.plan import Milestone, Plan
from acceptance.verdicts.marks import milestone_mark
from acceptance.wording.milestones import FALLEN_BACK, RATES, STATUSES
from common.listing import CODE, COUNT, DATE, FLAG, WORDS, Column
from common.periods import Quarter
from figures.address import MemberPart
from figures.declared import FigureQuery, OpenedFigure
from figures.filters import LightMembers
from figures.lists import verdict_address

FALLEN, BEHIND, HELD = "fallen", "behind", "held"
_FELL = Q(status__in=("met", "met_late"), held=False)
_MORE = {FALLEN: FALLEN_BACK, BEHIND: "滞后", HELD: "现已达到"}
_COUNTED = [status for status in STATUSES if status != "not_applicable"]
STATES: Mapping[str, Q] = {
    **{status: Q(status=status) for status in _COUNTED},
    MemberPart.WAITING: Q(status__in=("pending", "undetermined")),
    FALLEN: _FELL,
    HELD: Q(held=True),
}
"""Parts of the milestones: the words of their status, and what a page adds up of them."""


def find(of: str, plan: Plan) -> OpenedFigure | None:
    """All that are scored, or one by its key; None for others."""
    name, _, key = of.partition(".")
    milestone = next((each for each in plan.milestones if each.key == key), None)
    if name != "lights" or (key and not milestone):
        return None
    title = f"{key} {wording.milestone_title(milestone)}" if milestone else "全部任务"
    return OpenedFigure(
        of=of,
        title=f"{title}：状态",
        counts="本区域内的任务，对每个街道、每个镇分别提出的按街镇各计一项；不适用的除外"
        + ("" if milestone else "，不计分的除外")
        + "。滞后指未达到、回落，以及尚待定而现已不足的",
        noun="任务",
        unit="项",
        source=milestone.source if milestone else None,
        members=partial(_lights, milestone=milestone),
        columns=_columns,
        filterset=LightMembers,
        order=("due", "key", "area_id"),
        names={MemberPart.ALL: "全部", **{status: STATUSES[status] for status in _COUNTED}, **_MORE},
        states={**STATES, BEHIND: _behind(plan)},
    )


def _behind(plan: Plan) -> Q:
    """Whose light is red, fell back, or is short today though its own quarter cannot be told yet (``reports.lights.is_short``)."""
    rates = [each.key for each in plan.milestones if each.measure in RATES]
    short = Q(key__in=rates, unknown=0) | ~Q(key__in=rates) & Q(missing__gt=F("unknown"))
    return Q(status="missed") | _FELL | Q(status="undetermined", held=False, missing__gt=0) & short


def _lights(asked: FigureQuery, milestone: Milestone | None) -> QuerySet:
    rows = MilestoneVerdict.objects.visible_to(asked.user).standing().exclude(status="not_applicable")
    rows = rows.filter(county=asked.area.county, period=str(asked.quarter), basis=asked.basis)
    rows = rows.filter(area__code__startswith=asked.code).select_related("area__parent")
    rows = rows.filter(key=milestone.key) if milestone else rows.filter(scored=True)
    return rows.annotate(part=F("status"), cause=Value(""))


def _columns(asked: FigureQuery) -> tuple[Column, ...]:
    milestones = {each.key: each for each in asked.plan.milestones}
    return (
        Column("key", "编号", kind=CODE, order=("key",), link=_milestone_page(asked), head=True),
        Column("title", "任务", lambda row: wording.milestone_title(milestones[row.key]), WORDS),
        Column("due", "期限", lambda row: Quarter.parse(row.due).last_day, DATE, order=("due",)),
        Column("area", "范围", "area.name", order=("area",), link=lambda row: verdict_address(asked, row.area_id)),
        Column("status", "状态", lambda row: milestone_mark(row).text, order=("status",), tone=_tone),
        Column("value", "实际", lambda row: wording.value_words(milestones[row.key], row), link=_members(asked)),
        Column("missing", "差额", kind=COUNT, order=("missing",), link=_members(asked, MemberPart.GAP)),
        Column("scored", "计分", kind=FLAG, on_page=False),
    )


def _tone(row: MilestoneVerdict) -> str:
    return milestone_mark(row).tone


def _milestone_page(asked: FigureQuery):
    basis = f"&basis={asked.basis}" if asked.basis != Basis.APPROVED else ""
    return lambda row: f"{reverse('milestone', args=[row.key])}?period={asked.quarter}{basis}"


def _members(asked: FigureQuery, part: str = MemberPart.ALL):
    def link(row: MilestoneVerdict) -> str:
        return FigureQuery(asked.user, asked.plan, row.area, asked.quarter, asked.basis).address(row.key, part)

    return link
