"""What is typed when a title is awarded, re-checked, confirmed, and in the steps by which it is withdrawn."""

from datetime import date

from django import forms

from common.filters import DayField
from inspection.models import Unit
from inspection.pages import numbers
from reports.certificates.models import CertificateAction, WithdrawalAction, WithdrawalGround
from workflow.engine import LONGEST_REASON, Transition


class UnitsField(forms.ModelMultipleChoiceField):
    """Units by their primary keys; what no database takes for one is none of the choices."""

    def clean(self, value):
        if len(numbers(value or ())) != len(value or ()):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


class IssueForm(forms.Form):
    """Form to award titles: ``units`` are the ratified ones to choose from, with the day of the certificates.

    ``typed`` is the day as it was typed when a group was chosen; None: nothing was.
    """

    units = UnitsField(Unit.objects.none(), label="单位", error_messages={"required": "请至少勾选一个单位。"})
    on = DayField(label="授牌日期")

    def __init__(self, *args, units, on: date, typed: str | None = None, **options):
        super().__init__(*args, initial={"on": on if typed is None else typed}, **options)
        self.fields["units"].queryset = units
        self.fields["units"].error_messages["invalid_choice"] = "部分单位已经授牌或不在名单内，请刷新后重新勾选。"
        self.today = on

    def clean_on(self) -> date:
        return not_later(self.cleaned_data["on"], self.today)


class StepForm(forms.Form):
    """Form for a step of a certificate: reason and day; a township's explanation is of today."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label="原因", max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3}))
    on = DayField(label="日期")

    def __init__(self, *args, move: Transition, on: date, version: int, **options):
        initial = {"on": on, "version": version}
        super().__init__(*args, initial=initial, auto_id=f"id_{move.action}_%s", **options)
        self.move, self.today = move, on
        self.fields["reason"].label = f"{move.label}的原因"
        if move.action == CertificateAction.EXPLAIN:
            del self.fields["on"]
            self.fields["reason"].label = "未达标的原因、整改措施和完成时间"

    def clean_on(self) -> date:
        return not_later(self.cleaned_data["on"], self.today)

    def clean(self) -> dict:
        return {"on": self.today} | super().clean()


class ProposalForm(forms.Form):
    """Form to propose a withdrawal: the coded ground, and the facts that go on the notice."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    ground = forms.ChoiceField(
        label="撤销事由",
        choices=[("", "请选择"), *WithdrawalGround.choices],
        error_messages={"required": "请选择撤销事由。"},
    )
    text = forms.CharField(
        label="事实和理由",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写入告知书和撤销通报",
        error_messages={"required": "请写明事实和理由。"},
    )


class WithdrawalStepForm(forms.Form):
    """Form for a step of a withdrawal: the words, where the move needs some."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label="原因", max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args, move: Transition, version: int, **options):
        super().__init__(*args, initial={"version": version}, auto_id=f"id_{move.action}_%s", **options)
        self.move = move
        self.fields["reason"].label = REASONS.get(move.action, "原因")
        if not move.needs_reason:
            del self.fields["reason"]


REASONS = {
    WithdrawalAction.ANSWER: "陈述申辩意见",
    WithdrawalAction.WITHDRAW: "撤销的理由",
    WithdrawalAction.KEEP: "维持的理由",
    WithdrawalAction.DROP: "撤回的原因",
}


def not_later(day: date, today: date) -> date:
    if day > today:
        raise forms.ValidationError(f"日期不能晚于今天（{today}）。")
    return day
