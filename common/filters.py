"""Fields and conditions that the filters of all lists share."""

import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from common.values import read_day

ALL = "全部"
YES_NO = (("1", "是"), ("0", "否"))


def folded(text: str) -> str:
    """Normalize a search text: full-width letters and digits become narrow, white space around it is cut."""
    return unicodedata.normalize("NFKC", text).strip()


def matching(text: str, code: str, name: str) -> Q:
    """The condition that ``code`` begins with ``text`` or ``name`` contains it; case and width do not matter."""
    condition = Q()
    for form in {text.strip(), folded(text)} - {""}:
        condition |= Q(**{f"{code}__istartswith": form}) | Q(**{f"{name}__icontains": form})
    return condition


class DayField(forms.DateField):
    """A day, in any way in which people write one."""

    widget = forms.DateInput(attrs={"type": "date", "min": "1900-01-01", "max": "2999-12-31"}, format="%Y-%m-%d")

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str):
            return super().to_python(value)
        try:
            return read_day(value)
        except ValueError as refusal:
            raise ValidationError(str(refusal), code="invalid") from None


class DayFilter(filters.Filter):
    field_class = DayField


class YesNoFilter(filters.ChoiceFilter):
    """A flag, chosen as yes or no."""

    def __init__(self, **options):
        super().__init__(choices=YES_NO, empty_label=ALL, **options)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs.filter(**{self.field_name: value == "1"}) if value else qs


class DatedFilterSet(filters.FilterSet):
    """The filters of rows whose values may be others on other days; asked once the rows have been filtered."""

    def ordering(self, names: Iterable[str]) -> list[str]:
        """The fields by which rows are sorted as of the date, for those of the rows themselves."""
        raise NotImplementedError

    def as_of(self, rows: Iterable[Model]) -> list[Model]:
        """Some of the rows, just read, with the values of the date."""
        raise NotImplementedError
