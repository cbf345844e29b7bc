"""Records of measures as a list and for Excel."""

import django_filters as filters
from django.db.models import Q, QuerySet

from common.listing import COUNT, DATE, WORDS, Column, Listing
from measures.kinds import KINDS
from measures.models import MeasureRecord
from measures.values import lines
from measures.vocabulary import MeasureState

TONES = {
    MeasureState.DRAFT: "pending",
    MeasureState.SENT: "info",
    MeasureState.CONFIRMED: "met",
    MeasureState.RETURNED: "missed",
    MeasureState.VOID: "pending",
}
_NO_CHOICE = "没有该选项，请在列表中选择。"


class MeasureFilter(filters.FilterSet):
    """Which of the records in sight: all that are not void unless another state is asked for."""

    kind = filters.ChoiceFilter(
        label="类别", empty_label="全部", choices=[(kind.key, kind.title) for kind in KINDS.values()]
    )
    state = filters.ChoiceFilter(label="状态", empty_label="全部（不含作废）", choices=MeasureState.choices)
    q = filters.CharFilter(label="名称、区域或登记单位", method="by_text", max_length=100)

    class Meta:
        model = MeasureRecord
        fields: list[str] = []

    @property
    def form(self):
        form = super().form
        for name in ("kind", "state"):
            form.fields[name].error_messages["invalid_choice"] = _NO_CHOICE
        return form

    @property
    def qs(self) -> QuerySet:
        rows = super().qs
        return rows if self.form.cleaned_data.get("state") else rows.exclude(state=MeasureState.VOID)

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        asked = Q(title__icontains=value) | Q(unit__icontains=value) | Q(area__name__icontains=value)
        return rows.filter(asked | Q(area__code__startswith=value) | Q(operator__name__icontains=value))


def tone(record: MeasureRecord) -> str:
    return TONES[MeasureState(record.state)]


def state_words(record: MeasureRecord) -> str:
    return f"{record.get_state_display()}（更正）" if record.is_correcting else record.get_state_display()


def _content(record: MeasureRecord) -> str:
    return "；".join(f"{field.label}：{words}" for field, words in lines(record.declared, record.values) if words)


LISTING = Listing(
    key="measures",
    title="措施台账",
    unit="条",
    filterset=MeasureFilter,
    order=("-pk",),
    template="measures/records.html",
    empty="没有符合条件的记录。",
    hint="可放宽筛选条件，或登记新的记录。",
    grounds="措施台账现有登记",
    columns=(
        Column("number", "编号", "pk", kind=COUNT, order=("pk",), minor=True),
        Column("kind", "类别", "kind_title", order=("kind",)),
        Column("title", "名称", order=("title",), link=lambda row: row.get_absolute_url(), head=True),
        Column("subject", "所属", "subject", order=("area", "operator")),
        Column("summary", "要点", "summary", kind=WORDS),
        Column("content", "内容", _content, kind=WORDS, on_page=False),
        Column("on", "日期", kind=DATE, order=("on",)),
        Column("unit", "登记单位", order=("unit",), minor=True),
        Column("state", "状态", state_words, order=("state",), tone=tone),
    ),
)
