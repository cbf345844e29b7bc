"""What is said of a visit, by the phone and by the form of the page alike."""

from datetime import datetime

from django import forms

from areas.package.registry import EAST, NORTH
from common.forms import CountField
from field.snapshots import plausible
from field.vocabulary import GONE_REASONS, LEAST_ACCURATE_M, HouseholdsAct, OnTheSpot

LARGEST_HOUSEHOLDS = 100_000


class VisitForm(forms.Form):
    """What was found; a blank is what was not looked at. ``seen_`` fields are what the register said on the phone."""

    found = forms.ChoiceField(label="现场情况", choices=OnTheSpot, widget=forms.RadioSelect)
    reason_code = forms.ChoiceField(
        label="原因",
        choices=[(code.value, code.label) for code in GONE_REASONS],
        required=False,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label="现在的名称", max_length=100, required=False, help_text="与台账相同的不填")
    households = CountField(
        label="常住户数", min_value=0, max_value=LARGEST_HOUSEHOLDS, required=False, help_text="未核实的留空"
    )
    households_act = forms.ChoiceField(
        label="户数不同的原因",
        choices=HouseholdsAct,
        required=False,
        initial=HouseholdsAct.CHANGE,
        widget=forms.RadioSelect,
    )
    lon = forms.FloatField(label="经度", min_value=EAST[0], max_value=EAST[1], required=False)
    lat = forms.FloatField(label="纬度", min_value=NORTH[0], max_value=NORTH[1], required=False)
    accuracy = forms.FloatField(label="定位误差", min_value=0, max_value=1e7, required=False, widget=forms.HiddenInput)
    note = forms.CharField(label="说明", max_length=500, required=False, widget=forms.Textarea({"rows": 3}))
    at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    seen_name = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)
    seen_households = forms.CharField(max_length=10, required=False, widget=forms.HiddenInput)
    seen_lon = forms.CharField(max_length=30, required=False, widget=forms.HiddenInput)
    seen_lat = forms.CharField(max_length=30, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, real_now: datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.real_now = real_now

    def clean_at(self) -> datetime:
        """By the phone's clock; the portal's own moment when it says nothing."""
        return plausible(self.cleaned_data["at"], self.real_now)

    def clean(self) -> dict:
        said = super().clean()
        if (said.get("lon") is None) != (said.get("lat") is None) and not self.has_error("lon") | self.has_error("lat"):
            self.add_error("lon", "经度和纬度须同时填写。")
        if (said.get("accuracy") or 0) > LEAST_ACCURATE_M:
            self.add_error("lon", f"定位误差大于 {LEAST_ACCURATE_M} 米，不能作为坐标，请到空旷处重新定位。")
        if said.get("found") == OnTheSpot.GONE and not said.get("reason_code"):
            self.add_error("reason_code", "请选择不存在的原因。")
        if said.get("found") != OnTheSpot.GONE:
            said["reason_code"] = ""
        if said.get("found") in (OnTheSpot.GONE, OnTheSpot.ELSEWHERE) and not said.get("note"):
            self.add_error("note", "请写明情况：何时不存在、迁往何处或原因。")
        return said

    @property
    def sentences(self) -> list[str]:
        """All that is wrong, each with the field's label."""
        return sentences_of(self)


def sentences_of(form: forms.Form) -> list[str]:
    """All that is wrong with a form, each with the field's label."""
    return [
        f"{form.fields[name].label or '记录'}：{error}" if name in form.fields else str(error)
        for name, errors in form.errors.items()
        for error in errors
    ]
