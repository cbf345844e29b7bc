"""Problems as a list, on the page and for Excel: mine, ours, by kind, age, place, operator and firm."""

from collections.abc import Mapping
from datetime import date, timedelta

import django_filters as filters
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from areas.models import Area, Operator
from areas.vocabulary import TOWNSHIPS
from common.clock import now, today
from common.filters import ALL
from common.listing import CODE, COUNT, DATE, WORDS, Column, Listing
from problems.authorities import authority_of
from problems.kinds import CASES
from problems.models import CaseReferral, Problem
from problems.vocabulary import ENDED, ProblemKind, ProblemSource, ProblemState

TONES = {
    ProblemState.OPEN: "pending",
    ProblemState.HANDLING: "info",
    ProblemState.SOLVED: "late",
    ProblemState.RETURNED: "missed",
    ProblemState.CLOSED: "met",
    ProblemState.MERGED: "pending",
    ProblemState.WITHDRAWN: "pending",
}
OPEN, OVERDUE, SOLVED, CLOSED, EVERY = "open", "overdue", "solved", "closed", "all"
MINE, OURS, WRITTEN, REFERRED = "mine", "ours", "written", "referred"
AGES = (("7", "超过 7 天"), ("30", "超过 30 天"), ("90", "超过 90 天"))
CASE = "case"


class ProblemFilter(filters.FilterSet):
    """Which of the problems in sight: those that are open unless others are asked for."""

    state = filters.ChoiceFilter(
        label="办理情况",
        empty_label=None,
        choices=(
            (OPEN, "未销号"), (OVERDUE, "已逾期"), (SOLVED, "已解决待销号"), (CLOSED, "已销号、并入或撤回"), (EVERY, "全部"),
        ),
        method="by_state",
    )  # fmt: skip
    side = filters.ChoiceFilter(
        label="范围",
        empty_label=ALL,
        choices=((MINE, "本人负责"), (OURS, "本单位负责"), (WRITTEN, "本人登记"), (REFERRED, "移送本单位，待反馈")),
        method="by_side",
    )
    kind = filters.ChoiceFilter(
        label="类别", empty_label=ALL, choices=((CASE, "收费和垄断案件"), *ProblemKind.choices), method="by_kind"
    )
    source = filters.ChoiceFilter(label="来源", empty_label=ALL, choices=ProblemSource.choices)
    township = filters.ChoiceFilter(label="街镇", empty_label=ALL, method="by_township")
    operator = filters.ChoiceFilter(label="运营企业", empty_label=ALL)
    firm = filters.ChoiceFilter(label="物业服务企业", empty_label=ALL)
    age = filters.ChoiceFilter(label="登记时间", empty_label="不限", choices=AGES, method="by_age")
    q = filters.CharFilter(label="地点、情况或物业", method="by_text", max_length=100)

    class Meta:
        model = Problem
        fields: list[str] = []

    def __init__(self, data=None, **options) -> None:
        data = data.copy() if data is not None else {}
        data.setdefault("state", OPEN)
        super().__init__(data, **options)

    @property
    def form(self):
        is_fresh = not hasattr(self, "_form")
        form = super().form
        if is_fresh:
            scope = self.request.user.scope
            towns = Area.objects.filter(scope.areas("code"), kind__in=TOWNSHIPS).order_by("code")
            operators = Operator.objects.order_by("code")
            form.fields["township"].choices = [("", ALL), *towns.values_list("code", "name")]
            form.fields["operator"].choices = [("", ALL), *operators.values_list("code", "name")]
            firms = self.queryset.exclude(firm="").order_by("firm").values_list("firm", flat=True).distinct()
            form.fields["firm"].choices = [("", ALL), *((firm, firm) for firm in firms)]
            for field in form.fields.values():
                if "invalid_choice" in field.error_messages:
                    field.error_messages["invalid_choice"] = "没有该选项，请在列表中选择。"
        return form

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        wanted = {
            OPEN: ~Q(state__in=ENDED), SOLVED: Q(state=ProblemState.SOLVED), CLOSED: Q(state__in=ENDED), EVERY: Q(),
        }  # fmt: skip
        return rows.overdue(today()) if value == OVERDUE else rows.filter(wanted[value])

    def by_side(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        user = self.request.user
        if value == REFERRED:
            return rows.filter(pk__in=unanswered(user).values("case__problem"))
        if value == OURS:
            return rows.of_unit(user)
        return rows.filter(person=user) if value == MINE else rows.filter(opened_by=user)

    def by_kind(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(kind__in=CASES) if value == CASE else rows.filter(kind=value)

    def by_township(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(area__code__startswith=value)

    def by_age(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(opened_at__lt=now() - timedelta(days=int(value)))

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(
            Q(place__icontains=value) | Q(text__icontains=value) | Q(firm__icontains=value) | Q(key=value)
        )


def map_address(query: Mapping[str, str]) -> str:
    """The map on which only the places are that the list shows."""
    asked = {name: query[name] for name in ProblemFilter.base_filters if query.get(name)}
    return f"{reverse('map')}?{urlencode({'list': 'problems', **asked})}"


def unanswered(user) -> QuerySet:
    """The referrals for whose answers a person's authority is asked."""
    rows = CaseReferral.objects.filter(user.scope.areas("case__problem__area__code"), answered_on=None)
    return rows.filter(authority=authority_of(user) or "").exclude(case__problem__state__in=ENDED)


def listing(on: date) -> Listing:
    """Problems as of a day, by which they are overdue and how old they are."""
    return Listing(
        key="problems",
        title="问题台账",
        unit="个",
        filterset=ProblemFilter,
        order=("is_undated", "due_on", "pk"),
        template="problems/index.html",
        empty="没有符合条件的问题。",
        hint="请放宽筛选条件；新问题从地点的页面、走村或本页登记。",
        grounds=f"截至 {on}",
        columns=(
            Column("number", "编号", "pk", kind=COUNT, order=("pk",), minor=True),
            Column("place", "地点", order=("area__code", "place"), link=lambda row: row.get_absolute_url(), head=True),
            Column("code", "地点编码", "key", kind=CODE, on_page=False),
            Column("kind", "类别", "get_kind_display", order=("kind",)),
            Column("text", "情况", kind=WORDS),
            Column("source", "来源", "get_source_display", order=("source",), minor=True),
            Column("operator", "运营企业", "operator.name", order=("operator",), minor=True),
            Column("firm", "物业服务企业", order=("firm",), on_page=False),
            Column("to_unit", "责任单位", order=("to_unit",)),
            Column("person", "责任人", "person.name", order=("person__name",), minor=True),
            Column("opened_on", "登记日期", _opened_on, kind=DATE, order=("opened_at",), minor=True),
            Column("age", "已登记天数", lambda row: (on - _opened_on(row)).days, kind=COUNT, on_page=False),
            Column("due_on", "办理期限", kind=DATE, order=("is_undated", "due_on")),
            Column("state", "状态", lambda row: state_words(row, on), order=("state",), tone=lambda row: tone(row, on)),
        ),
    )


def dated_first(rows: QuerySet) -> QuerySet:
    """Rows that know whether they have a day: what has none comes last, whatever the database thinks of a missing value."""
    return rows.annotate(is_undated=ExpressionWrapper(Q(due_on=None), BooleanField()))


def _opened_on(row: Problem) -> date:
    return timezone.localtime(row.opened_at).date()


def state_words(row: Problem, on: date) -> str:
    late = f"，逾期 {(on - row.due_on).days} 天" if row.is_overdue(on) else ""
    return f"{row.get_state_display()}{late}"


def tone(row: Problem, on: date) -> str:
    return "missed" if row.is_overdue(on) else TONES[ProblemState(row.state)]
