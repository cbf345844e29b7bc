"""How far a round is, township by township: a list with completeness and timeliness."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import django_filters as filters
from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse

from areas.models import Area
from areas.vocabulary import TOWNSHIPS, VILLAGE_LEVEL
from common.listing import CODE, COUNT, FLAG, Column, Listing
from common.periods import Quarter
from returns.figures import NAMES
from returns.models import FigureEntry, Return, ReturnLine, ReturnState, ReturnStatus, Round, Unlock, Urge

ALL = "全部"


class Timeliness(TextChoices):
    """Whether a township reported by the due date; a data package does not say when it was."""

    ON_TIME = "on_time", "按时"
    LATE = "late", "逾期报送"
    UNDATED = "undated", "已报送（导入）"
    OPEN = "open", "未报送，未到期"
    OVERDUE = "overdue", "逾期未报"


TONES = {
    Timeliness.ON_TIME: "met",
    Timeliness.LATE: "late",
    Timeliness.UNDATED: "info",
    Timeliness.OPEN: "pending",
    Timeliness.OVERDUE: "missed",
}
_AT_TOWNSHIP = (ReturnState.DRAFT, ReturnState.SIGNING, ReturnState.RETURNED)


def townships(user, round_: Round, on: date) -> QuerySet:
    """The townships of the round in the user's scope with, for each, how its return stands; one query."""
    day, period = round_.quarter.last_day, round_.period
    returns = Return.objects.standing().filter(township=OuterRef("pk"), period=period).order_by("-revision")
    lines = ReturnLine.objects.filter(
        quarterly_return=OuterRef("return_id"), **{f"{name}__isnull": False for name in NAMES}
    )
    villages = Area.objects.filter(parent=OuterRef("pk"), kind__in=VILLAGE_LEVEL).in_force(day)
    first = Return.objects.with_first_report().filter(township=OuterRef("pk"), period=period)
    asked = Urge.objects.filter(round=round_, township=OuterRef("pk"))
    late = Unlock.objects.filter(round=round_, township=OuterRef("pk")).order_by("-pk")
    found = (
        Area.objects.visible_to(user)
        .filter(county=round_.county, kind__in=TOWNSHIPS)
        .in_force(day)
        .annotate(
            return_id=Subquery(returns.values("pk")[:1]),
            state=Coalesce(Subquery(returns.values("state")[:1]), Value("")),
            standing=Coalesce(Subquery(returns.with_status().values("status_code")[:1]), Value(ReturnStatus.NOT_BEGUN)),
            is_reported=Coalesce(Subquery(first.values("is_reported")[:1]), Value(False)),
            reported_at=Subquery(first.values("reported_at")[:1]),
            villages=_count(villages),
            urges=_count(asked),
            late_until=Subquery(late.values("until")[:1]),
        )
        .filter(villages__gt=0)
        .annotate(filled=_count(lines), reported_on=TruncDate("reported_at"), **_burden())
    )
    is_open = Q(state__in=["", *_AT_TOWNSHIP], is_reported=False)
    return found.annotate(
        is_complete=Case(When(filled__gte=F("villages"), then=Value(True)), default=Value(False)),
        timeliness=Case(
            When(is_open, then=Value(Timeliness.OPEN if on <= round_.due else Timeliness.OVERDUE)),
            When(reported_on__isnull=True, then=Value(Timeliness.UNDATED)),
            When(reported_on__lte=round_.due, then=Value(Timeliness.ON_TIME)),
            default=Value(Timeliness.LATE),
            output_field=CharField(),
        ),
    )


def _burden() -> dict:
    """What the return has cost the township: cells asked for, confirmed as suggested, typed, and typed again."""
    by_hand = FigureEntry.objects.filter(line__quarterly_return=OuterRef("return_id"), by__isnull=False)
    typed = by_hand.filter(source="", after__isnull=False)
    return {
        "asked": F("villages") * len(NAMES),
        "confirmed": _count(by_hand.exclude(source="")),
        "typed": _count(typed.filter(before__isnull=True)),
        "retyped": _count(typed.filter(before__isnull=False)),
    }


def _count(rows: QuerySet) -> Coalesce:
    """How many rows, 0 when there are none."""
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(count=Count("*")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


@dataclass(frozen=True)
class RoundStanding:
    """How one township stands in one round: whether it was on time, and how many of its lines are filled."""

    quarter: Quarter
    timeliness: Timeliness
    tone: str
    filled: int
    villages: int


@dataclass(frozen=True)
class Burden:
    """What a round has cost all townships in sight, in cells."""

    asked: int
    confirmed: int
    typed: int
    retyped: int


def burden(rows: Sequence[Area]) -> Burden:
    return Burden(*(sum(getattr(row, name) for row in rows) for name in ("asked", "confirmed", "typed", "retyped")))


def side_by_side(user, rounds: Sequence[Round], on: date) -> list[tuple[Area, list[RoundStanding | None]]]:
    """The townships in the user's scope, each with its standing in every one of ``rounds``; a query a round.

    None where a township had no village to report.
    """
    names: dict[str, Area] = {}
    found: dict[tuple[str, int], RoundStanding] = {}
    for round_ in rounds:
        for area in townships(user, round_, on):
            kept = Timeliness(area.timeliness)
            names.setdefault(area.pk, area)
            found[area.pk, round_.pk] = RoundStanding(round_.quarter, kept, TONES[kept], area.filled, area.villages)
    return [(names[code], [found.get((code, each.pk)) for each in rounds]) for code in sorted(names)]


class RoundFilter(filters.FilterSet):
    standing = filters.ChoiceFilter(label="状态", choices=ReturnStatus.current(), empty_label=ALL)
    timeliness = filters.ChoiceFilter(label="是否按时", choices=Timeliness.choices, empty_label=ALL)
    complete = filters.ChoiceFilter(
        label="是否填齐", field_name="is_complete", choices=(("1", "填齐"), ("0", "未填齐")), empty_label=ALL
    )

    class Meta:
        model = Area
        fields: list[str] = []


def _address(area: Area) -> str:
    return reverse("returns:return", args=[area.return_id]) if area.return_id else ""


LISTING = Listing(
    key="round",
    title="填报进度",
    unit="个街镇",
    filterset=RoundFilter,
    order=("code",),
    template="returns/rounds/round.html",
    empty="没有符合条件的街镇。",
    columns=(
        Column("code", "编码", kind=CODE, on_page=False),
        Column("name", "街镇", order=("code",), link=_address, head=True),
        Column("standing", "状态", lambda area: ReturnStatus(area.standing).label, order=("standing",)),
        Column("villages", "应填村居", kind=COUNT, order=("villages",), minor=True),
        Column("filled", "已填齐", kind=COUNT, order=("filled",)),
        Column("is_complete", "是否填齐", kind=FLAG, order=("is_complete",)),
        Column("reported_at", "首次报送时间", order=("reported_at",)),
        Column(
            "timeliness",
            "是否按时",
            lambda area: Timeliness(area.timeliness).label,
            order=("timeliness",),
            tone=lambda area: TONES[Timeliness(area.timeliness)],
        ),
        Column("urges", "催办次数", kind=COUNT, order=("urges",), minor=True),
        Column("late_until", "补报至", order=("late_until",), minor=True),
        Column("asked", "应填格数", kind=COUNT, order=("asked",), minor=True),
        Column("confirmed", "确认建议", kind=COUNT, order=("confirmed",), minor=True),
        Column("typed", "人工填报", kind=COUNT, order=("typed",), minor=True),
        Column("retyped", "重复改动", kind=COUNT, order=("retyped",), minor=True),
    ),
)
