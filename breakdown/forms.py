"""The form that begins a breakdown: which task, shared by what, and the reason where one is signed."""

from django import forms

from acceptance import wording
from acceptance.rules.plan import Plan
from breakdown.vocabulary import SharedBy
from workflow.engine import LONGEST_REASON

_NO_CHOICE = "没有该选项，请在列表中选择。"


class BreakdownForm(forms.Form):
    milestone = forms.ChoiceField(label="任务", error_messages={"invalid_choice": _NO_CHOICE})
    shared_by = forms.ChoiceField(
        label="按什么分配", choices=SharedBy.choices, error_messages={"invalid_choice": _NO_CHOICE}
    )
    reason = forms.CharField(
        label="调整原因",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 2, "cols": False}),
        help_text="该任务已有签发的分解时须填写。",
        error_messages={"max_length": "调整原因有 %(show_value)d 字，最多 %(limit_value)d 字，请删减。"},
    )

    def __init__(self, plan: Plan, data=None) -> None:
        super().__init__(data, auto_id="draft_%s")
        self.plan = plan
        choices = [(each.key, f"{each.key} {wording.milestone_title(each)}") for each in plan.milestones if each.scored]
        self.fields["milestone"].choices = [("", "请选择"), *choices]

    def clean_milestone(self):
        return self.plan.milestone(self.cleaned_data["milestone"])
