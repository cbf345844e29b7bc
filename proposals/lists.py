"""The lists of this room: proposals, and what left a denominator or entered one."""

from dataclasses import replace

import django_filters as filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.posts import Power
from areas.models import Area
from areas.vocabulary import TOWNSHIPS, AreaKind
from common.clock import today
from common.filters import ALL, YesNoFilter, folded
from common.listing import CODE, COUNT, DATE, WORDS, Column, Listing
from common.periods import Quarter
from proposals.models import TABLES, Proposal, ProposalItem
from proposals.pages import PROPOSAL_TONES, thing_url
from proposals.vocabulary import ApprovalLevel, Denominator, Door, ItemState, ProposalState, ReasonCode
from proposals.wording import item_words

WAITING, EVERY = "waiting", "every"
_STATES = ((WAITING, "待审定和待复核"), *ProposalState.choices, (EVERY, "全部"))


class _Filter(filters.FilterSet):
    """With the townships in scope to choose from, and plain words for what is not in a list."""

    township = filters.ChoiceFilter(label="街镇", empty_label=ALL, method="by_township")

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        rows = Area.objects.visible_to(self.request.user).filter(kind__in=TOWNSHIPS).order_by("code")
        self.filters["township"].extra["choices"] = list(rows.values_list("code", "name"))
        for each in self.filters.values():
            if isinstance(each, filters.ChoiceFilter):
                each.extra["error_messages"] = {"invalid_choice": "没有该选项，请在列表中选择。"}

    def by_township(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        raise NotImplementedError


class ProposalFilter(_Filter):
    q = filters.CharFilter(label="事项或编码", method="by_text", max_length=100)
    state = filters.ChoiceFilter(label="状态", choices=_STATES, method="by_state", empty_label=None)
    table = filters.ChoiceFilter(label="台账", choices=TABLES, empty_label=ALL, method="by_table")
    source = filters.ChoiceFilter(label="来源", choices=Door, empty_label=ALL)
    past = YesNoFilter(label="改变往季结果", field_name="turns_past")

    class Meta:
        model = Proposal
        fields = ("q", "state", "township", "table", "source", "past")

    def __init__(self, *args, **options) -> None:
        """What is shown while nobody has chosen stands first among the states, for a list shows its first."""
        super().__init__(*args, **options)
        self.filters["state"].extra["choices"] = sorted(_STATES, key=lambda each: each[0] != self._usual)

    @property
    def form(self) -> forms.Form:
        form = super().form
        form.fields["state"].required = False
        return form

    @property
    def _usual(self) -> str:
        """What is shown while nobody has chosen: what waits, to those who decide; everything, to others."""
        return WAITING if self.request.user.may(Power.JUDGE_PROPOSALS) else EVERY

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("state") else self.by_state(rows, "state", self._usual)

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == WAITING:
            return rows.filter(state__in=(ProposalState.OPEN, ProposalState.CONFIRMING))
        return rows if value == EVERY else rows.filter(state=value)

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        text = folded(value)
        items = ProposalItem.objects.filter(proposal=OuterRef("pk"))
        found = items.filter(Q(key__istartswith=text) | Q(name__icontains=text))
        return rows.filter(Q(title__icontains=text) | Exists(found))

    def by_township(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Proposed by the township, or about something in it."""
        items = ProposalItem.objects.filter(proposal=OuterRef("pk"), area_code__startswith=value)
        return rows.filter(Q(area__code__startswith=value) | Exists(items))

    def by_table(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Exists(ProposalItem.objects.filter(proposal=OuterRef("pk"), table=value)))


def effect_words(row: Proposal) -> str:
    """改变往季结果 3 项，共 12 项 in a line."""
    if row.turns_past:
        return f"改变往季结果 {row.effect.get('past', 0)} 项，共 {row.weight} 项"
    return f"改变 {row.weight} 项" if row.weight else "不改变评定"


def days_waited(row: Proposal) -> int | None:
    """Days since it was proposed, while it waits."""
    return (today() - timezone.localdate(row.at)).days if row.is_waiting else None


PROPOSALS = Listing(
    key="proposals",
    title="变更申请",
    unit="件",
    filterset=ProposalFilter,
    order=("-turns_past", "-weight", "at", "pk"),
    template="proposals/index.html",
    empty="没有符合条件的变更申请。",
    columns=(
        Column("title", "事项", link=lambda row: reverse("proposals:proposal", args=[row.pk]), head=True),
        Column("unit", "提出单位", "unit_name", order=("area__code", "operator_id")),
        Column(
            "state",
            "状态",
            "get_state_display",
            order=("state",),
            tone=lambda row: PROPOSAL_TONES[ProposalState(row.state)],
        ),
        Column(
            "effect",
            "影响",
            effect_words,
            order=("turns_past", "weight"),
            tone=lambda row: "missed" if row.turns_past else "late" if row.weight else "",
        ),
        Column("count", "事项数", kind=COUNT, order=("count",)),
        Column("source", "来源", "get_source_display", order=("source",), minor=True),
        Column("reason_code", "原因类别", "get_reason_code_display", order=("reason_code",), minor=True),
        Column("reason", "原因", kind=WORDS, on_page=False),
        Column("document", "依据", on_page=False),
        Column("by", "提出人", "by.name", minor=True),
        Column("at", "提出时间", kind=DATE, order=("at",)),
        Column("days", "已等天数", days_waited, kind=COUNT, minor=True),
    ),
)


def silent(user) -> QuerySet:
    """What waits for the user's word and turns nothing: no verdict, no tally, no denominator, nothing that needs two people."""
    grave = ProposalItem.objects.filter(proposal=OuterRef("pk"), state=ItemState.WAITING).exclude(
        denominator="", level=ApprovalLevel.BUREAU
    )
    rows = Proposal.objects.visible_to(user).filter(state=ProposalState.OPEN, weight=0)
    rows = rows.filter(Q(effect__counts__figures=0) | Q(effect__counts__isnull=True))
    return rows.exclude(Exists(grave)).select_related("area", "operator", "by").order_by("at", "pk")


_KINDS = (
    *((kind.value, kind.label) for kind in AreaKind if kind != AreaKind.DISTRICT),
    ("sites", "点位"),
    ("service_orders", "工单"),
)


class DenominatorFilter(_Filter):
    q = filters.CharFilter(label="名称或编码", method="by_text", max_length=100)
    denominator = filters.ChoiceFilter(label="进出", choices=Denominator, empty_label=ALL)
    kind = filters.ChoiceFilter(label="类型", choices=_KINDS, empty_label=ALL, method="by_kind")
    reason_code = filters.ChoiceFilter(
        label="原因类别", choices=ReasonCode, empty_label=ALL, field_name="proposal__reason_code"
    )
    quarter = filters.CharFilter(label="办理季度", method="by_quarter", max_length=6, help_text="例如 2019Q1")

    class Meta:
        model = ProposalItem
        fields = ("q", "township", "kind", "denominator", "reason_code", "quarter")

    @property
    def form(self) -> forms.Form:
        form = super().form
        form.fields["quarter"].validators = [_known_quarter]
        form.fields["quarter"].widget.attrs["placeholder"] = "2019Q1"
        form.fields["quarter"].help_text = ""
        return form

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        text = folded(value)
        return rows.filter(Q(key__istartswith=text) | Q(name__icontains=text))

    def by_township(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(area_code__startswith=value)

    def by_kind(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value in ("sites", "service_orders"):
            return rows.filter(table=value)
        return rows.filter(table="areas", key__in=Area.objects.filter(kind=value).values("code"))

    def by_quarter(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        quarter = Quarter.parse(value)
        return rows.filter(decided_at__date__range=(quarter.first_day, quarter.last_day))


def _known_quarter(text: str) -> None:
    try:
        Quarter.parse(text)
    except ValueError as problem:
        raise forms.ValidationError(str(problem)) from None


def _said(row: ProposalItem) -> str:
    """What was done to it, in a line."""
    return item_words(row)


DENOMINATORS = Listing(
    key="denominators",
    title="进出分母的单位和点位",
    unit="项",
    filterset=DenominatorFilter,
    order=("-decided_at", "pk"),
    template="proposals/denominators.html",
    empty="没有符合条件的进出记录。",
    columns=(
        Column("name", "名称", head=True),
        Column("key", "编码", kind=CODE, order=("key",)),
        Column("table", "台账", "get_table_display", order=("table",), minor=True),
        Column(
            "denominator",
            "进出",
            "get_denominator_display",
            order=("denominator",),
            tone=lambda row: "late" if row.denominator == Denominator.LEFT else "info",
        ),
        Column("act", "方式", "get_act_display", order=("act",), minor=True),
        Column("effective_on", "起始日期", kind=DATE, order=("effective_on",)),
        Column("reason_code", "原因类别", "proposal.get_reason_code_display", order=("proposal__reason_code",)),
        Column("reason", "原因", "proposal.reason", kind=WORDS),
        Column("document", "依据", "proposal.document"),
        Column("said", "内容", _said, kind=WORDS, on_page=False),
        Column("by", "提出人", "proposal.by.name", minor=True),
        Column("decided_by", "采纳人", "decided_by.name", minor=True),
        Column("decided_at", "办理时间", kind=DATE, order=("decided_at",)),
    ),
)


def denominators_for(user) -> Listing:
    """The list for a reader: a name leads to the proposal where he may open it, else to the thing."""

    def link(row: ProposalItem) -> str:
        unit = row.proposal.area_id or row.proposal.county
        if user.scope.holds(unit):
            return reverse("proposals:proposal", args=[row.proposal_id])
        return thing_url(row.table, row.key, user)

    name, *others = DENOMINATORS.columns
    return replace(DENOMINATORS, columns=(replace(name, link=link), *others))
