"""Forms of the acceptance chain. What is missing or wrong stands at its field; the actions decide, and say why not."""

from django import forms

from common.clock import today
from common.filters import DayField
from inspection.vocabulary import Medium


class PublicationForm(forms.Form):
    """Where something was published about an early finisher, when, under which headline."""

    medium = forms.ChoiceField(
        label="渠道", choices=[("", "请选择"), *Medium.choices], error_messages={"required": "请选择渠道。"}
    )
    outlet = forms.CharField(label="刊播单位", max_length=60, error_messages={"required": "请填写刊播单位。"})
    headline = forms.CharField(label="标题", max_length=100, error_messages={"required": "请填写标题。"})
    published_on = DayField(label="刊播日期", error_messages={"required": "请填写刊播日期，例如 2018-07-20。"})
    address = forms.CharField(
        label="网址（选填）", max_length=300, required=False, widget=forms.TextInput({"type": "url"})
    )

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, auto_id="%s", **options)
        self.fields["published_on"].widget.attrs["max"] = today().isoformat()


class CorrectionForm(PublicationForm):
    """What was entered, to be corrected or withdrawn with a reason."""

    reason = forms.CharField(
        label="更正或撤下的原因",
        max_length=300,
        widget=forms.Textarea({"cols": False, "rows": 2}),
        error_messages={"required": "请写明更正或撤下的原因。"},
    )
