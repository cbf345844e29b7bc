"""What a person says of a problem: when she writes it down, and with the steps."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms

from accounts.models import User
from accounts.units import Addressee, colleagues, units_of
from areas.models import Operator
from common.filters import DayField
from common.values import plain_digits
from problems.cases import CaseDraft, CaseResult
from problems.drafts import PlaceOf, ProblemDraft, place_of
from problems.kinds import CASES
from problems.models import LONGEST_TEXT
from problems.vocabulary import BY_HAND, CaseGround, CaseOutcome, PlaceTable, ProblemKind, ProblemSource

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


class FenField(forms.DecimalField):
    """An amount in yuan, exact to the fen, as people write it: 1,200元, ￥800.50."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, min_value=Decimal("0.01"), **options)
        self.error_messages |= {
            "invalid": "请填写金额，例如 1200 或 800.50。",
            "min_value": "金额应大于 0；没有金额的留空。",
            "max_decimal_places": "金额最多两位小数（分）。",
            "max_digits": "金额过大，请核对。",
            "max_whole_digits": "金额过大，请核对。",
        }

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, str):
            value = plain_digits(value).translate(_NO_MONEY_SIGNS).strip()
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"inputmode": "decimal", "autocomplete": "off"}


_NO_MONEY_SIGNS = str.maketrans("", "", "￥¥元,，")


class CaseForm(ProblemForm):
    """A case of a fee or a monopoly: who asked whom for what, and, kept apart, who reported it."""

    ground = forms.ChoiceField(
        label="违反的规定", choices=CaseGround.choices, error_messages={"invalid_choice": NO_CHOICE}
    )
    asked_by = forms.CharField(
        label="收费方", max_length=100, help_text="向何人收取：物业服务企业、村组、业主等的名称。"
    )
    asked_of = forms.CharField(label="被收费方", max_length=100, required=False)
    asked_for = forms.CharField(label="收费名目", max_length=200, help_text="例如进场费、协调费、分摊费。")
    amount = FenField(label="金额（元）", required=False)
    reporter = forms.CharField(
        label="反映人", max_length=40, required=False, help_text="单独保存，只由办理单位和登记人查看，查看均有记录。"
    )
    phone = forms.CharField(label="反映人电话", max_length=30, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = [(each.value, each.label) for each in CASES]
        self.fields["firm"].help_text = "涉及物业的填写，用于按物业统计。"

    @property
    def case(self) -> CaseDraft:
        given = self.cleaned_data
        names = ("asked_by", "asked_for", "asked_of", "amount", "reporter", "phone")
        return CaseDraft(CaseGround(given["ground"]), **{name: given[name] for name in names})


class OutcomeForm(forms.Form):
    """What became of a case."""

    outcome = forms.ChoiceField(
        label="处理结果", choices=CaseOutcome.choices, error_messages={"invalid_choice": NO_CHOICE}
    )
    refund = FenField(label="退还金额（元）", required=False)
    refunded_on = DayField(label="退还日期", required=False)


class AnswerForm(OutcomeForm):
    """What an authority answered to a case that was passed to it; its words and day are read with the step."""

    outcome = forms.ChoiceField(
        label="处理结果",
        choices=[("", "未写明"), *CaseOutcome.choices],
        required=False,
        error_messages={"invalid_choice": NO_CHOICE},
    )
    paper = forms.CharField(label="反馈文号", max_length=60, required=False)

    @property
    def result(self) -> CaseResult:
        return CaseResult(**{name: self.cleaned_data[name] for name in ("outcome", "refund", "refunded_on")})


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
