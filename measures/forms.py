"""The one form of all kinds of records: its fields follow from the declared kind."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from acceptance import plan
from common.clock import today
from common.filters import DayField
from common.forms import CountField
from common.periods import Quarter
from measures.kinds import KINDS, MeasureField, MeasureKind
from measures.models import MeasureRecord
from measures.subjects import MeasureSubject, NoSubject, subject
from measures.values import kept, read_yuan
from measures.vocabulary import TypedAs

LONGEST = {TypedAs.TEXT: 200, TypedAs.WORDS: 2000, TypedAs.LINK: 300}
_NO_CHOICE = "没有该选项，请在列表中选择。"
_LARGEST_COUNT = 99_999_999
_LONGEST_SUBJECT = 100


class YuanField(forms.CharField):
    """An amount in yuan, as people write it."""

    def to_python(self, value: Any) -> Decimal | None:
        try:
            return read_yuan(super().to_python(value) or "")
        except ValueError as refusal:
            raise ValidationError(str(refusal), code="invalid") from None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"inputmode": "decimal", "autocomplete": "off"}


class MeasureForm(forms.Form):
    """A record of ``kind`` as ``user`` types it; of one that is there its values. ``FORMS`` has the form of each kind.

    Nothing is required of a draft; what is needed before it is sent is marked, and asked for when it is.
    """

    kind: MeasureKind
    mark_required = False

    def __init__(
        self, user, data: Mapping[str, Any] | None = None, record: MeasureRecord | None = None, about: str = ""
    ) -> None:
        initial = dict(record.values) if record else {"subject": about}
        super().__init__(data, auto_id="measure_%s", initial=initial)
        self.user = user
        self.subject: MeasureSubject | None = None
        if record is not None:
            self.fields.pop("subject", None)
        for field in self.kind.fields:
            if field.typed == TypedAs.QUARTER:
                self.fields[field.key].choices = [("", "请选择"), *_quarters()]

    def clean_subject(self) -> str:
        try:
            self.subject = subject(self.kind, self.user, self.cleaned_data["subject"])
        except NoSubject as refusal:
            raise ValidationError(str(refusal)) from None
        return self.subject.code

    @property
    def kept(self) -> dict[str, Any]:
        """The values as they lie in the database."""
        return {field.key: kept(self.cleaned_data.get(field.key)) for field in self.kind.fields}

    @property
    def marked(self) -> list[tuple[forms.BoundField, str]]:
        """Every field, with what is said of those that are needed."""
        needs = {field.key: _mark(field, self.kind) for field in self.kind.fields}
        return [(self[name], needs.get(name, "（必填）")) for name in self.fields]


def _mark(field: MeasureField, kind: MeasureKind) -> str:
    if field.needed:
        return "（报送时必填）"
    name, value = field.needed_when
    if not name:
        return ""
    chosen = kind.field(name)
    return f"（{chosen.label}为“{dict(chosen.choices)[value]}”时必填）"


def _field(field: MeasureField) -> forms.Field:
    said = {"label": field.label, "required": False, "help_text": field.help}
    match field.typed:
        case TypedAs.DAY:
            return DayField(**said)
        case TypedAs.COUNT:
            return CountField(unit=field.unit, min_value=0, max_value=_LARGEST_COUNT, **said)
        case TypedAs.YUAN:
            return YuanField(**(said | {"help_text": "元，可写作 120万。"}))
        case TypedAs.CHOICE | TypedAs.QUARTER:
            return forms.ChoiceField(
                choices=[("", "请选择"), *field.choices], error_messages={"invalid_choice": _NO_CHOICE}, **said
            )
        case _:
            return _text(field, said)


def _text(field: MeasureField, said: dict[str, Any]) -> forms.Field:
    too_long = f"{field.label}有 %(show_value)d 字，最多 %(limit_value)d 字，请删减。"
    errors = {"max_length": too_long, "invalid": "网址无法识别，应以 http:// 或 https:// 开头。"}
    options = {"max_length": LONGEST[field.typed], "error_messages": errors} | said
    if field.typed == TypedAs.LINK:
        return forms.URLField(assume_scheme="https", **options)
    widget = forms.Textarea({"rows": 3, "cols": False}) if field.typed == TypedAs.WORDS else forms.TextInput
    return forms.CharField(widget=widget, **options)


def _quarters() -> list[tuple[str, str]]:
    """The quarters since the plan began, the latest first."""
    every = list(plan.current().first_period.through(Quarter.containing(today())))
    return [(str(each), each.label) for each in reversed(every)]


def _subject(kind: MeasureKind) -> dict[str, forms.Field]:
    if not kind.has_subject_typed:
        return {}
    label = f"所属{kind.belongs.label}"
    required = f"请填写{label}的名称或编码。"
    return {
        "subject": forms.CharField(
            label=label,
            max_length=_LONGEST_SUBJECT,
            help_text="填名称或编码。",
            error_messages={"required": required},
        )
    }


FORMS: Mapping[str, type[MeasureForm]] = {
    kind.key: type(
        "MeasureFormOfKind",
        (MeasureForm,),
        {"kind": kind, **_subject(kind), **{field.key: _field(field) for field in kind.fields}},
    )
    for kind in KINDS.values()
}
"""By the key of the kind."""
