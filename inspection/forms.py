"""Forms of the acceptance chain. What is missing or wrong stands at its field; the actions decide, and say why not."""

from django import forms

from common.clock import today
from common.filters import DayField
from inspection.vocabulary import Medium, ObjectionWay, RatificationGround


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


class PublicObjectionForm(forms.Form):
    """An objection to a public list, as it arrived; ``units`` and ``criteria`` are the choices that the list leaves."""

    unit = forms.TypedChoiceField(label="单位", coerce=int, empty_value=None, required=False)
    criterion = forms.ChoiceField(label="标准（选填）", required=False)
    way = forms.ChoiceField(
        label="收到的方式",
        choices=[("", "请选择"), *ObjectionWay.choices],
        error_messages={"required": "请选择收到的方式。"},
    )
    received_on = DayField(label="收到日期", error_messages={"required": "请填写收到日期。"})
    text = forms.CharField(
        label="异议内容",
        max_length=2_000,
        widget=forms.Textarea({"cols": False, "rows": 3}),
        help_text="姓名、电话填在下面，不写进异议内容。",
        error_messages={"required": "请写明异议内容。"},
    )
    name = forms.CharField(label="异议人姓名（选填）", max_length=40, required=False)
    phone = forms.CharField(label="联系电话（选填）", max_length=30, required=False)

    def __init__(self, *args, units, criteria, **options) -> None:
        super().__init__(*args, auto_id="%s", **options)
        self.fields["criterion"].choices = [("", "未指明"), *criteria]
        self.fields["unit"].choices = [("", "整份名单"), *units]
        self.fields["received_on"].widget.attrs["max"] = today().isoformat()


class GroundForm(forms.Form):
    """The meeting or instruction on which a ratification rests, with its document."""

    ground = forms.ChoiceField(
        label="依据",
        choices=[("", "请选择"), *RatificationGround.choices],
        error_messages={"required": "请选择会议或批示。"},
    )
    title = forms.CharField(
        label="会议名称或批示事项", max_length=100, error_messages={"required": "请填写会议名称或批示事项。"}
    )
    on = DayField(label="会议或批示日期", error_messages={"required": "请填写会议或批示日期。"})
    signer = forms.CharField(label="签批人", max_length=40, error_messages={"required": "请填写签批人。"})
    number = forms.CharField(label="文号", max_length=60, error_messages={"required": "请填写会议纪要或批示的文号。"})
    file = forms.FileField(
        label="文件（PDF 或 JPEG）",
        required=False,
        widget=forms.FileInput({"accept": ".pdf,.jpg,.jpeg"}),
    )

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, auto_id="%s", **options)
        self.fields["on"].widget.attrs["max"] = today().isoformat()
