"""Read values from posted forms without trusting them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from common.values import read_number

_DIGITS = 9
"""No version and no count is longer."""


def posted_version(request: HttpRequest, name: str = "version") -> int:
    """The version number that the submitted page showed; one that no row has when it is missing or malformed."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else -1


class PlainField(forms.CharField):
    """A text that people may write in their own way; ``plainly`` makes one way of it, or says what is wrong."""

    def __init__(self, *, plainly: Callable[[str], str], **options: Any) -> None:
        super().__init__(**options)
        self.plainly = plainly

    def to_python(self, value: Any) -> str:
        try:
            return self.plainly(super().to_python(value))
        except ValueError as refusal:
            raise ValidationError(str(refusal), code="invalid") from None


class CountField(forms.IntegerField):
    """A whole number of ``unit``, as people write it: 600户, 1,234, 1.2万."""

    widget = forms.TextInput

    def __init__(self, *, unit: str = "户", **options: Any) -> None:
        super().__init__(**options)
        self.unit = unit

    def to_python(self, value: Any) -> int | None:
        if not isinstance(value, str):
            return super().to_python(value)
        try:
            return read_number(value, unit=self.unit)
        except ValueError as refusal:
            raise ValidationError(str(refusal), code="invalid") from None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"inputmode": "numeric", "autocomplete": "off"}
