"""How figures, quarters and dates are written on a page; a missing one is written as a dash, never as 0."""

from datetime import date, datetime
from fractions import Fraction
from math import ceil

from django import template
from django.utils import timezone

from common.periods import Quarter

register = template.Library()

MISSING = "—"
"""What stands for a value that is not there, on every page."""


@register.filter
def rate(numerator: int | None, denominator: int | None) -> str:
    """``numerator`` of ``denominator`` in per cent, cut (not rounded) after one decimal: 899 of 1000 is 89.9%."""
    return MISSING if numerator is None or not denominator else share(Fraction(numerator, denominator))


@register.filter
def failure_rate(numerator: int | None, denominator: int | None) -> str:
    """The share of what failed, in per cent with one decimal and rounded up: 1 of 15 is 6.7%.

    What failed and what passed are never both made to look better than they are.
    """
    return MISSING if numerator is None or not denominator else failure_share(Fraction(numerator, denominator))


@register.filter
def share(value: Fraction | float | None) -> str:
    """A share of success (1 is all) in per cent, cut after one decimal."""
    return MISSING if value is None else f"{_tenths(_thousandths(value))}%"


@register.filter
def failure_share(value: Fraction | float | None) -> str:
    """A share of failure (1 is all) in per cent, rounded up to one decimal."""
    return MISSING if value is None else f"{_tenths(Fraction(ceil(_thousandths(value))))}%"


def _thousandths(value: Fraction | float) -> Fraction:
    """The share in thousandths; of a float without the dust of its last digits."""
    return value * 1000 if isinstance(value, Fraction) else Fraction(round(value * 1000, 6)).limit_denominator(10**6)


@register.filter
def count(value: int | None) -> str:
    """A whole number with thousands separators: 12,345."""
    return MISSING if value is None or value == "" else f"{value:,}"


@register.filter
def quarter(value: str | Quarter | None) -> str:
    """2018Q2 as 2018年第二季度; what is no quarter is shown as it stands."""
    if not value:
        return MISSING
    try:
        return (value if isinstance(value, Quarter) else Quarter.parse(value)).label
    except ValueError:
        return str(value)


@register.filter
def plain_date(value: date | datetime | None) -> str:
    """2018年6月30日; a moment is taken in the portal's time zone and gets its hour and minute."""
    if not value:
        return MISSING
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{value.year}年{value.month}月{value.day}日 {value:%H:%M}"
    return f"{value.year}年{value.month}月{value.day}日"


def _tenths(value: Fraction) -> str:
    """A number of tenths as a decimal with one place, cut towards zero."""
    tenths = abs(value.numerator) // value.denominator
    whole, part = divmod(tenths, 10)
    return f"{'-' if value < 0 and tenths else ''}{whole:,}.{part}"
