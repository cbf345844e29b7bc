"""What is typed when a sample is drawn, when something was seen in the field, and when a sample ends."""

from datetime import date, datetime

from django import forms

from areas.models import Area
from areas.vocabulary import TOWNSHIPS, Datum
from common.filters import DayField
from common.forms import CountField
from common.periods import Quarter
from field.forms import sentences_of
from field.snapshots import plausible
from inspection.spotcheck.models import Conclusion, FindingOutcome, Frame

MOST_DRAWN = 500


class AskedForm(forms.Form):
    """Whose report the sample is for: the township and the quarter that it will ask titles for."""

    township = forms.ModelChoiceField(Area.objects.none(), label="街镇", empty_label="请选择")
    period = forms.CharField(label="季度", max_length=6, help_text="街镇将要申报的季度，例如 2019Q1")

    def __init__(self, *args, user, **options):
        super().__init__(*args, **options)
        self.fields["township"].queryset = Area.objects.visible_to(user).filter(kind__in=TOWNSHIPS)

    def clean_period(self) -> Quarter:
        try:
            return Quarter.parse(self.cleaned_data["period"].strip().upper())
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None


class DrawForm(AskedForm):
    """Form to draw a sample: by the rule, or otherwise as far as the rule allows, with the reason."""

    frame = forms.ChoiceField(
        label="抽查对象",
        choices=[("", "按规则"), *Frame.choices],
        required=False,
        help_text="街道按点位抽（S12）；镇按自然村（S14），也可以按自然村的点位抽",
    )
    size = CountField(
        unit="个",
        label="样本量",
        min_value=1,
        max_value=MOST_DRAWN,
        required=False,
        help_text="比规则多抽的填写，不能少抽",
    )
    villages = CountField(
        unit="个", label="先抽的村居数", min_value=2, max_value=MOST_DRAWN, required=False,
        help_text="村居之间相距太远的，可以先抽若干村居，再在其中抽取；区间会更宽",
    )  # fmt: skip
    design_reason = forms.CharField(
        label="先抽村居的原因", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    late_reason = forms.CharField(
        label="报送后抽取的原因",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="报告尚未报送的不填",
    )

    def clean_size(self) -> int:
        return self.cleaned_data["size"] or 0


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """A form field for any number of uploaded files; cleans to a list."""

    widget = ManyFiles

    def clean(self, data, initial=None):
        return [super(PhotosField, self).clean(each, initial) for each in data or []]


class MeasuredForm(forms.Form):
    """What is typed of a member wherever it is entered; only the outcome is required."""

    outcome = forms.ChoiceField(
        label="结果", choices=FindingOutcome, widget=forms.RadioSelect, error_messages={"required": "请选择结果。"}
    )
    mbps = forms.FloatField(
        label="实测下行速率（Mbps）", required=False, min_value=0, max_value=100_000, widget=forms.TextInput
    )
    distance_m = forms.FloatField(
        label="到最近接入点的距离（米）", required=False, min_value=0, max_value=100_000, widget=forms.TextInput
    )
    lon = forms.FloatField(label="经度", required=False, min_value=73, max_value=136, widget=forms.TextInput)
    lat = forms.FloatField(label="纬度", required=False, min_value=3, max_value=54, widget=forms.TextInput)
    remark = forms.CharField(
        label="备注",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不合格或无法核查的必须说明",
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name in ("mbps", "distance_m", "lon", "lat"):
            self.fields[name].widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})


class FindingForm(MeasuredForm):
    """Form for a finding in the field, on the card; the day is required besides."""

    datum = forms.ChoiceField(label="坐标系", choices=Datum, initial=Datum.WGS84, help_text="手机定位是 WGS-84")
    photos = PhotosField(label="照片", required=False, help_text="JPEG 或 PNG，一次最多 6 张")
    visited_on = DayField(label="核查日期")

    def __init__(self, *args, today: date, **options):
        super().__init__(*args, **options)
        self.today = today
        self.fields["visited_on"].initial = today
        self.fields["photos"].widget.attrs.update({"accept": "image/jpeg,image/png"})

    def clean_visited_on(self) -> date:
        day = self.cleaned_data["visited_on"]
        if day > self.today:
            raise forms.ValidationError(f"核查日期不能晚于今天（{self.today}）。")
        return day


class DeviceFindingForm(MeasuredForm):
    """Form for a finding as a phone sends it; ``at`` is the moment by the phone's clock, ``accuracy`` that of its position."""

    accuracy = forms.FloatField(label="定位误差", min_value=0, max_value=1e7, required=False, widget=forms.HiddenInput)
    at = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, real_now: datetime, **options):
        super().__init__(*args, **options)
        self.real_now = real_now

    def clean_at(self) -> datetime:
        return plausible(self.cleaned_data["at"], self.real_now)

    @property
    def sentences(self) -> list[str]:
        """All that is wrong, each with the field's label."""
        return sentences_of(self)


class EndForm(forms.Form):
    """Form to end a sample: the conclusion, and the reason for it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    conclusion = forms.ChoiceField(label="结论", choices=[("", "请选择"), *Conclusion.choices])
    reason = forms.CharField(label="理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class VoidForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label="作废的理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
