"""The auditor's forms: a question to be kept, what came of checking an anomaly, from which figure on there is one."""

from django import forms
from django.db.models import QuerySet

from accounts.models import Anomaly


class QuestionForm(forms.Form):
    name = forms.CharField(label="名称", max_length=50, error_messages={"required": "请填写名称。"})
    is_shared = forms.BooleanField(label="供全体审计员使用", required=False)


class CheckedForm(forms.Form):
    """What came of checking some anomalies, the same of each."""

    chosen = forms.ModelMultipleChoiceField(
        Anomaly.objects.none(),
        label="异常行为",
        error_messages={
            "required": "请勾选已核查的异常行为。",
            "invalid_choice": "所选异常行为部分已核查或不存在，请核对后重新勾选。",
            "invalid_pk_value": "无法识别所选的异常行为，请重新勾选。",
        },
    )
    finding = forms.CharField(
        label="核查情况", max_length=200, error_messages={"required": "请写明核查情况，例如：本人值班，已电话核实。"}
    )

    def __init__(self, *args, waiting: QuerySet[Anomaly], **options):
        super().__init__(*args, **options)
        self.fields["chosen"].queryset = waiting


class ThresholdForm(forms.Form):
    threshold = forms.IntegerField(label="界限", min_value=1, max_value=1_000_000)
