"""The auditor's forms: a question to be kept, what came of checking an anomaly, from which figure on there is one."""

from django import forms


class QuestionForm(forms.Form):
    name = forms.CharField(label="名称", max_length=50, error_messages={"required": "请填写名称。"})
    is_shared = forms.BooleanField(label="供全体审计员使用", required=False)


class CheckedForm(forms.Form):
    finding = forms.CharField(
        label="核查情况", max_length=200, error_messages={"required": "请写明核查情况，例如：本人值班，已电话核实。"}
    )


class ThresholdForm(forms.Form):
    threshold = forms.IntegerField(label="界限", min_value=1, max_value=1_000_000)
