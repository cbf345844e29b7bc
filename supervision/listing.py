"""Followed matters as a list and for Excel."""

from datetime import date

import django_filters as filters
from django.db.models import Q, QuerySet

from acceptance.wording.figures import number
from accounts.units import Addressee
from common.clock import today
from common.listing import COUNT, DATE, WORDS, Column, Listing
from supervision.models import Matter, MatterFigure
from supervision.vocabulary import ENDED, MatterState

TONES = {
    MatterState.ISSUED: "pending",
    MatterState.HANDLING: "info",
    MatterState.REPORTED: "late",
    MatterState.RETURNED: "missed",
    MatterState.CLOSED: "met",
    MatterState.WITHDRAWN: "pending",
}
OPEN, OVERDUE, CLOSED, ALL = "open", "overdue", "closed", "all"
MINE, OURS = "mine", "ours"


class MatterFilter(filters.FilterSet):
    """Which of the matters in sight: those that are open unless others are asked for."""

    state = filters.ChoiceFilter(
        label="办理情况",
        empty_label=None,
        choices=((OPEN, "未办结"), (OVERDUE, "已逾期"), (CLOSED, "已办结或撤回"), (ALL, "全部")),
        method="by_state",
    )
    side = filters.ChoiceFilter(
        label="经办", empty_label="全部", choices=((MINE, "本人批示"), (OURS, "本单位承办")), method="by_side"
    )
    q = filters.CharFilter(label="内容或承办单位", method="by_text", max_length=100)

    class Meta:
        model = Matter
        fields: list[str] = []

    def __init__(self, data=None, **options) -> None:
        data = data.copy() if data is not None else {}
        data.setdefault("state", OPEN)
        super().__init__(data, **options)

    @property
    def form(self):
        form = super().form
        for name in ("state", "side"):
            form.fields[name].error_messages["invalid_choice"] = "没有该选项，请在列表中选择。"
        return form

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == OVERDUE:
            return rows.overdue(today())
        return rows.open() if value == OPEN else rows.filter(state__in=ENDED) if value == CLOSED else rows

    def by_side(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == MINE:
            return rows.filter(author=self.request.user)
        unit = Addressee.of(self.request.user)
        return rows.filter(unit.condition) if unit else rows.none()

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(
            Q(text__icontains=value) | Q(to_unit__icontains=value) | Q(figures__title__icontains=value)
        ).distinct()


def listing(on: date) -> Listing:
    """The matters as of a day, by which they are overdue."""
    return Listing(
        key="matters",
        title="督办事项",
        unit="项",
        filterset=MatterFilter,
        order=("due_on", "pk"),
        template="supervision/matters.html",
        empty="没有符合条件的督办事项。",
        hint="领导、区政府、区经信局负责人在指标页面作出批示后，在此列出。",
        grounds=f"截至 {on}",
        columns=(
            Column("number", "编号", "pk", kind=COUNT, order=("pk",), minor=True),
            Column("kind", "类别", "get_kind_display", minor=True),
            Column("figure", "指标", _figure, link=lambda row: row.get_absolute_url(), head=True),
            Column("value", "批示时", _value),
            Column("text", "内容", kind=WORDS),
            Column("author", "批示人", "author.name", order=("author__name",), minor=True),
            Column("to_unit", "承办单位", order=("to_unit",)),
            Column(
                "written_at",
                "批示日期",
                lambda row: row.written_at.date(),
                kind=DATE,
                order=("written_at",),
                minor=True,
            ),
            Column("due_on", "办理期限", kind=DATE, order=("due_on",)),
            Column("state", "状态", lambda row: state_words(row, on), order=("state",), tone=lambda row: tone(row, on)),
        ),
    )


def _first(row: Matter) -> MatterFigure | None:
    return next(iter(row.figures.all()), None)


def _figure(row: Matter) -> str:
    figure = _first(row)
    return f"{figure}（{figure.part}）" if figure else str(row)


def _value(row: Matter) -> str:
    figure = _first(row)
    return f"{number(figure.value)} {figure.unit}" if figure else ""


def state_words(row: Matter, on: date) -> str:
    return (
        f"{row.get_state_display()}，逾期 {(on - row.due_on).days} 天"
        if row.is_overdue(on)
        else row.get_state_display()
    )


def tone(row: Matter, on: date) -> str:
    return "missed" if row.is_overdue(on) else TONES[MatterState(row.state)]
