"""The forms beside a figure: what is to be done about it, by whom and by when; and the bound of which one wants to be told."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.units import Addressee, AddresseeKind, addressees
from areas import workdays
from common.filters import DayField
from common.forms import CountField
from common.values import plain_digits, read_number
from figures.asking import AskedFigure
from supervision.models import LONGEST_TEXT
from supervision.thresholds import has_rate
from supervision.vocabulary import Crossing, Measured

MOST_DAYS = 250
"""Working days of a year."""
_NO_CHOICE = "没有该选项，请在列表中选择。"
_PER_CENT = re.compile(r"(\d{1,3}(?:\.\d)?)%?")
_LARGEST = 99_999_999_999


class RemarkForm(forms.Form):
    """A leader's word on a figure: the units to choose from are those of the author's district that have accounts."""

    text = forms.CharField(
        label="批示内容",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 3, "cols": False}),
        error_messages={"max_length": "批示内容有 %(show_value)d 字，最多 %(limit_value)d 字，请删减。"},
    )
    to = forms.ChoiceField(label="承办单位", error_messages={"invalid_choice": _NO_CHOICE})
    days = CountField(
        label="办理期限（工作日）",
        unit="个",
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text="从次日起算。",
    )
    due_on = DayField(label="或办理期限（日期）", required=False, help_text="与工作日数填一项即可。")

    def __init__(self, author, on: date, data: Mapping[str, Any] | None = None, area: str = "") -> None:
        super().__init__(data, auto_id="remark_%s", initial={"to": f"{AddresseeKind.TOWNSHIP}:{area[:9]}"})
        self.on = on
        self.units: dict[str, Addressee] = {unit.key: unit for unit in addressees(author)}
        kinds = groupby(self.units.values(), key=lambda unit: unit.kind)
        self.fields["to"].choices = [
            ("", "请选择"),
            *((kind.label, [(unit.key, unit.unit) for unit in units]) for kind, units in kinds),
        ]

    def clean_to(self) -> Addressee:
        return self.units[self.cleaned_data["to"]]

    def clean_due_on(self) -> date | None:
        """Today or later, and a day that the table of working days knows."""
        due_on = self.cleaned_data["due_on"]
        if due_on is None:
            return None
        if due_on < self.on:
            raise ValidationError(f"办理期限不能早于今天（{self.on}），请改填。")
        if due_on > (known := workdays.load().known_until(self.on)):
            raise ValidationError(f"工作日表只到 {known}，办理期限不能更晚：请改填，或先补录放假安排。")
        return due_on

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if self.errors.keys() & {"days", "due_on"}:
            return given
        days, due_on = given.get("days"), given.get("due_on")
        if (days is None) == (due_on is None):
            raise ValidationError("请填写办理期限：工作日数或日期，只填一项。")
        if days is not None:
            try:
                given["due_on"] = workdays.load().nth_after(self.on, days)
            except workdays.DayUnknown as unknown:
                self.add_error("days", str(unknown))
        return given


class TellingForm(forms.Form):
    """The bound of a figure: a number of its unit, or per cent of what has passed."""

    measured = forms.ChoiceField(label="比较内容", choices=Measured.choices, required=False)
    crossing = forms.ChoiceField(
        label="提醒条件", choices=Crossing.choices, error_messages={"invalid_choice": _NO_CHOICE}
    )
    bound = forms.CharField(
        label="界限", max_length=40, widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    )

    def __init__(self, opened: AskedFigure, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="threshold_%s")
        self.unit = opened.unit
        units = [(Measured.COUNT, f"数量（{self.unit}）"), (Measured.RATE, Measured.RATE.label)]
        self.fields["measured"].choices = units if has_rate(opened) else units[:1]
        self.fields["measured"].error_messages["invalid_choice"] = _NO_CHOICE

    def clean_measured(self) -> Measured:
        return Measured(self.cleaned_data["measured"] or Measured.COUNT)

    def clean_bound(self) -> Decimal:
        text = self.cleaned_data["bound"]
        if self.cleaned_data.get("measured") == Measured.RATE:
            plain = _PER_CENT.fullmatch(plain_digits(text).replace("％", "%").strip())
            if not plain or Decimal(plain[1]) > 100:
                raise ValidationError("比例应为 0 至 100 的数，最多一位小数，例如 85 或 85.5。")
            return Decimal(plain[1])
        try:
            return Decimal(read_number(text, unit=self.unit, maximum=_LARGEST))
        except ValueError as refusal:
            raise ValidationError(str(refusal)) from None
