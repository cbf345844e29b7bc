"""What a person says of a problem: when she writes it down, and with the steps."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any

from django import forms

from accounts.models import User
from accounts.units import Addressee, colleagues, units_of
from areas.models import Operator
from problems.drafts import PlaceOf, ProblemDraft, place_of
from problems.kinds import CASES
from problems.models import LONGEST_TEXT
from problems.vocabulary import BY_HAND, PlaceTable, ProblemKind, ProblemSource

NO_CHOICE = "没有该选项，请在列表中选择。"


def unit_choices(units: Mapping[str, Addressee]) -> list:
    """Units in groups by kind, for a list to choose from."""
    kinds = groupby(units.values(), key=lambda unit: unit.kind)
    return [("", "请选择"), *((kind.label, [(unit.key, unit.unit) for unit in some]) for kind, some in kinds)]


class ProblemForm(forms.Form):
    """A problem as it is written down; whose it is and by when follows from its kind."""

    table = forms.ChoiceField(choices=PlaceTable.choices, widget=forms.HiddenInput)
    key = forms.CharField(
        label="地点编码",
        max_length=64,
        help_text="区域编码、点位编号或接入点编号；从该处的页面登记时已填好。",
        error_messages={"required": "请填写地点编码。"},
    )
    kind = forms.ChoiceField(
        label="类别",
        choices=[(each.value, each.label) for each in ProblemKind if each not in CASES],
        error_messages={"invalid_choice": NO_CHOICE, "required": "请选择类别。"},
    )
    text = forms.CharField(
        label="情况",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 4, "cols": False}),
        help_text="写明何处、何人、何事受阻。身份证号码将自动遮盖。",
        error_messages={"max_length": "情况有 %(show_value)d 字，最多 %(limit_value)d 字，请删减。"},
    )
    source = forms.ChoiceField(
        label="来源",
        choices=[(each.value, each.label) for each in BY_HAND],
        required=False,
        initial=ProblemSource.HAND,
        error_messages={"invalid_choice": NO_CHOICE},
    )
    operator = forms.ModelChoiceField(
        label="涉及运营企业",
        queryset=Operator.objects.order_by("code"),
        required=False,
        empty_label="不涉及",
        error_messages={"invalid_choice": NO_CHOICE},
    )
    firm = forms.CharField(label="物业服务企业", max_length=100, required=False)
    apart = forms.BooleanField(label="与下列问题不是同一件事，另行登记", required=False, widget=forms.CheckboxInput)

    def __init__(self, user: User, on: date, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.user, self.on = user, on
        self.fields["table"].choices = PlaceTable.choices
        if user.scope.operator is not None:
            self.fields["operator"].queryset = Operator.objects.filter(pk=user.scope.operator)

    @property
    def place(self) -> PlaceOf | None:
        """The place that the form names, if it is there and in sight; a code that is typed may be any table's."""
        given = self.data if self.is_bound else self.initial
        table, key = str(given.get("table") or ""), str(given.get("key") or "").strip()
        tables = dict.fromkeys((table, *PlaceTable.values)) if key else ()
        return next((found for each in tables if (found := place_of(self.user, each, key, self.on))), None)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if "key" in given:
            found = self.place
            if found is None:
                self.add_error("key", "台账中没有该处，或不在您的查看范围内：请核对编码，或从该处的页面登记。")
            given["place"] = found
        return given

    def clean_key(self) -> str:
        return self.cleaned_data["key"].strip()

    @property
    def draft(self) -> ProblemDraft:
        given = self.cleaned_data
        return ProblemDraft(
            ProblemKind(given["kind"]),
            given["place"],
            given["text"],
            ProblemSource(given["source"] or ProblemSource.HAND),
            given["operator"],
            given["firm"],
        )


class HandOverForm(forms.Form):
    """To which unit a problem goes; within the own one, to which person of it."""

    to = forms.ChoiceField(label="转给", error_messages={"invalid_choice": NO_CHOICE, "required": "请选择单位。"})
    person = forms.ChoiceField(
        label="责任人",
        required=False,
        help_text="本单位的人员；转给其他单位的，由该单位指定。",
        error_messages={"invalid_choice": NO_CHOICE},
    )

    def __init__(self, user: User, county: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="hand_over_%s")
        self.units = {unit.key: unit for unit in units_of(county)}
        self.people = {str(each.pk): each for each in colleagues(user)}
        self.fields["to"].choices = unit_choices(self.units)
        self.fields["person"].choices = [("", "不指定"), *((pk, each.name) for pk, each in self.people.items())]

    def clean_to(self) -> Addressee:
        return self.units[self.cleaned_data["to"]]

    def clean_person(self) -> User | None:
        return self.people.get(self.cleaned_data["person"])
