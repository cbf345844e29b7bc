"""By what the list of findings is narrowed."""

from datetime import timedelta

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet

from areas.models import Area
from areas.vocabulary import TOWNSHIPS
from common.clock import now, today
from common.filters import ALL, YES_NO, YesNoFilter, matching
from findings.declared import CHECKS
from findings.models import RegisterFinding
from findings.vocabulary import FindingState

AGES = (("7", "一周以上"), ("30", "一个月以上"), ("90", "三个月以上"))


def _townships(request) -> QuerySet:
    """The townships in sight; an operator's are everywhere."""
    areas = Area.objects.filter(kind__in=TOWNSHIPS).order_by("code")
    return areas if request.user.scope.operator else areas.visible_to(request.user)


class RegisterFindingFilter(filters.FilterSet):
    """What is open unless another state is asked for."""

    q = filters.CharFilter(label="名称或编码", method="by_text", max_length=100)
    township = filters.ChoiceFilter(label="街镇", empty_label=ALL)
    code = filters.ChoiceFilter(label="问题", choices=[(check.code, check.name) for check in CHECKS], empty_label=ALL)
    state = filters.ChoiceFilter(
        label="状态", choices=[*FindingState.choices, ("all", ALL)], empty_label=None, method="by_state"
    )
    age = filters.ChoiceFilter(label="发现已有", choices=AGES, empty_label=ALL, method="by_age")
    overdue = filters.ChoiceFilter(label="超过期限", choices=YES_NO, empty_label=ALL, method="by_due")
    matters = YesNoFilter(label="影响评定")
    mine = filters.ChoiceFilter(
        label="由我处理", choices=(("1", "只看由我处理的"),), empty_label=ALL, method="by_owner"
    )

    class Meta:
        model = RegisterFinding
        fields = ["q", "township", "code", "state", "age", "overdue", "matters", "mine"]

    def __init__(self, data=None, **options) -> None:
        data = data.copy() if data is not None else {}
        data.setdefault("state", FindingState.OPEN)
        super().__init__(data, **options)

    @property
    def form(self) -> forms.Form:
        fresh = not hasattr(self, "_form")
        form = super().form
        if fresh:
            choices = [(area.code, area.name) for area in _townships(self.request)]
            form.fields["township"].choices = [("", ALL), *choices]
            for field in form.fields.values():
                if "invalid_choice" in field.error_messages:
                    field.error_messages["invalid_choice"] = "没有该选项，请在列表中选择。"
        return form

    def by_text(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(matching(value, "key", "name"))

    def by_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset if value == "all" else queryset.filter(state=value)

    def by_age(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(opened_at__lte=now() - timedelta(days=int(value)))

    def by_due(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        late = Q(state=FindingState.OPEN, due_on__lt=today())
        return queryset.filter(late if value == "1" else ~late | Q(due_on__isnull=True))

    def by_owner(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset & RegisterFinding.objects.owned_by(self.request.user)
