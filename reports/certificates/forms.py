"""What is typed when a title is awarded, re-checked, confirmed or withdrawn."""

from datetime import date

from django import forms

from common.filters import DayField
from inspection.models import Unit
from workflow.engine import LONGEST_REASON, Transition


class IssueForm(forms.Form):
    """Form to award titles: ``units`` are the ratified ones to choose from, with the day of the certificates."""

    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(), label="单位", error_messages={"required": "请至少勾选一个单位。"}
    )
    on = DayField(label="授牌日期")

    def __init__(self, *args, units, on: date, **options):
        super().__init__(*args, initial={"on": on}, **options)
        self.fields["units"].queryset = units
        self.fields["units"].error_messages["invalid_choice"] = "部分单位已经授牌或不在名单内，请刷新后重新勾选。"
        self.today = on

    def clean_on(self) -> date:
        return not_later(self.cleaned_data["on"], self.today)


class StepForm(forms.Form):
    """Form for a step of a certificate: reason, day, and the circular where the move needs one."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label="原因", max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3}))
    circular = forms.CharField(label="通报文号", max_length=60, help_text="例如：清区府通〔2018〕9号")
    on = DayField(label="日期")

    def __init__(self, *args, move: Transition, on: date, version: int, **options):
        initial = {"on": on, "version": version}
        super().__init__(*args, initial=initial, auto_id=f"id_{move.action}_%s", **options)
        self.move, self.today = move, on
        if "circular" not in move.needs:
            del self.fields["circular"]
        self.fields["reason"].label = f"{move.label}的原因"

    def clean_on(self) -> date:
        return not_later(self.cleaned_data["on"], self.today)


def not_later(day: date, today: date) -> date:
    if day > today:
        raise forms.ValidationError(f"日期不能晚于今天（{today}）。")
    return day
