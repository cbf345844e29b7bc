"""TypedAs values as they are kept (JSON, exactly) and as pages and workbooks show them. Without Django's database."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from common.periods import Quarter
from common.values import UnreadableValue, plain_digits, shown
from measures.kinds import MeasureField, MeasureKind
from measures.vocabulary import TypedAs

LARGEST_YUAN = 10**13
_YUAN = re.compile(r"[¥￥]?([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]+)?(万|亿)?元?")
_TIMES = {None: 1, "万": 10_000, "亿": 100_000_000}
_NARROW = str.maketrans({"，": ",", "．": ".", " ": "", "\u3000": ""})


def read_yuan(text: str) -> Decimal | None:
    """An amount in yuan with at most two decimals, as people write it: 1,200,000.50, 120万, 1.2亿元; None for a blank.

    UnreadableValue with a sentence where it is none; nothing is rounded.
    """
    typed = text.strip()
    plain = plain_digits(typed).translate(_NARROW)
    if not plain:
        return None
    if plain.startswith("-"):
        raise UnreadableValue(f"{shown(typed)}是负数：金额应为不小于 0 的数。")
    match = _YUAN.fullmatch(plain)
    if match is None:
        raise UnreadableValue(f"{shown(typed)}无法识别：请填金额，例如 1200000、1,200,000.50 或 120万。")
    value = Decimal(match[1].replace(",", "") + (match[2] or "")) * _TIMES[match[3]]
    if value >= LARGEST_YUAN:
        raise UnreadableValue(f"{shown(typed)}过大：应小于 {LARGEST_YUAN:,} 元。")
    if value != value.quantize(Decimal("0.01")):
        raise UnreadableValue(f"{shown(typed)}不足一分：金额最多两位小数。")
    return value.quantize(Decimal("0.01"))


def kept(value: Any) -> Any:
    """A value as it lies in the database: text, whole number, or None."""
    if isinstance(value, date | Decimal | Quarter):
        return str(value)
    return None if value == "" else value


def words_of(field: MeasureField, value: Any) -> str:
    """A kept value for people; blank where there is none."""
    if value in (None, ""):
        return ""
    if field.typed == TypedAs.CHOICE:
        return dict(field.choices).get(value, str(value))
    if field.typed == TypedAs.COUNT:
        return f"{value:,} {field.unit}".strip()
    if field.typed == TypedAs.YUAN:
        return f"{Decimal(value):,.2f} 元"
    if field.typed == TypedAs.QUARTER:
        return Quarter.parse(value).label
    return str(value)


def lines(kind: MeasureKind, values: Mapping[str, Any]) -> list[tuple[MeasureField, str]]:
    """Every field of a kind with its value in words."""
    return [(field, words_of(field, values.get(field.key))) for field in kind.fields]


def changed(kind: MeasureKind, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Label, before and after of each field that is another."""
    return [
        (field.label, words_of(field, before.get(field.key)), words_of(field, after.get(field.key)))
        for field in kind.fields
        if before.get(field.key) != after.get(field.key)
    ]


def total(field: MeasureField, values: list[Any]) -> Fraction:
    """The exact sum of kept counts or amounts; what is blank adds nothing."""
    return sum((Fraction(str(value)) for value in values if value not in (None, "")), Fraction())


def total_words(field: MeasureField, value: Fraction) -> str:
    """A sum for people."""
    return (
        f"{Decimal(value.numerator) / value.denominator:,.2f} 元"
        if field.typed == TypedAs.YUAN
        else f"{int(value):,} {field.unit}"
    )
