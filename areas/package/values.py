"""The kinds of values a cell may hold, and the columns that hold them: how each is read, what is expected, how it is written."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from common.periods import Quarter
from common.values import (
    LARGEST,
    NoSuchDay,
    NumberOutOfRange,
    TextPlace,
    plain_decimal,
    plain_digits,
    read_day,
    read_number,
    read_rate,
)

_EDGES = (
    "".join(c for c in map(chr, range(0x3001)) if c.isspace())
    + "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
)
"""White space of any width, zero width included."""
_SHOWN = 40


UNREAD = object()
"""Stands for a cell that could not be read, or was not to be left out."""


class MalformedValue(ValueError):
    """A cell does not hold what its column expects; the text is a Chinese sentence."""


def trimmed(text: str) -> str:
    return text.strip(_EDGES)


def quoted(text: str) -> str:
    """The text between quotation marks, shortened for a sentence."""
    return f"“{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}”"


def folded(text: str) -> str:
    """Normalize a label for comparison: full-width and half-width forms become equal."""
    return unicodedata.normalize("NFKC", trimmed(text))


def plain(value: float) -> str:
    """A number in plain digits: no exponent, no needless ``.0``; reads back as the same double."""
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class ValueKind:
    """A kind of value. ``read`` takes trimmed text that is not empty; MalformedValue says what is wrong."""

    def read(self, text: str) -> Any:
        raise NotImplementedError

    def write(self, value: Any) -> str:
        return str(value)

    def plainly(self, text: str, unit: str, place: TextPlace) -> str:
        """What a person wrote, in the plain form that ``read`` takes; ValueError with a sentence when that is not certain."""
        return text

    @property
    def expected(self) -> str:
        """What a person should write, as the end of a sentence."""
        raise NotImplementedError

    @property
    def asked(self) -> str:
        """What a person should write who sees only Chinese labels, as in a workbook; the end of a sentence."""
        return self.expected

    def malformed(self, text: str) -> MalformedValue:
        return MalformedValue(f"{quoted(text)}无法识别：应为{self.expected}。")

    def certain(self, text: str, reader: Callable[..., Any], named: type[ValueError], sentence: str) -> Any:
        """What ``reader`` makes of a text in a package; where it raises ``named``, the ``sentence`` says of the text what is wrong."""
        try:
            value = reader(text, place=TextPlace.PACKAGE)
        except named:
            raise MalformedValue(f"{quoted(text)}{sentence}") from None
        except ValueError:
            raise self.malformed(text) from None
        assert value is not None
        return value


@dataclass(frozen=True)
class Text(ValueKind):
    """Words; a line break inside is kept, other control characters are refused."""

    longest: int

    @property
    def expected(self) -> str:
        return f"不超过 {self.longest} 个字的文字"

    def read(self, text: str) -> str:
        if len(text) > self.longest:
            raise MalformedValue(f"{quoted(text)}有 {len(text)} 个字：应为{self.expected}。")
        if not text.isprintable() and any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n\r" for c in text):
            raise MalformedValue("文字里有不可见的控制字符：请删去后重新填写。")
        return text


@dataclass(frozen=True)
class Unread(ValueKind):
    """Text as it stands; what it means is said elsewhere in the row."""

    @property
    def expected(self) -> str:
        return "这个项目的值"

    def read(self, text: str) -> str:
        return text


@dataclass(frozen=True)
class Code(ValueKind):
    """An area's code: digits only. A code typed as a number is read as its digits."""

    @property
    def expected(self) -> str:
        return "只含数字的区域编码"

    def read(self, text: str) -> str:
        match = re.fullmatch(r"([0-9]{1,30})(\.0+)?", plain_digits(text))
        if match is None:
            raise self.malformed(text)
        return match[1]


@dataclass(frozen=True)
class ListedValue(ValueKind):
    """One of the listed values, by its code or its Chinese label."""

    labels: Mapping[str, str]

    def __hash__(self) -> int:
        return hash(tuple(self.labels.items()))

    @property
    def expected(self) -> str:
        return (
            "、".join(code if code == label else f"{code}（{label}）" for code, label in self.labels.items()) + "之一"
        )

    @property
    def asked(self) -> str:
        return "、".join(self.labels.values()) + "之一"

    def read(self, text: str) -> str:
        if text in self.labels:
            return text
        for code, label in self.labels.items():
            if folded(text) == folded(label):
                return code
        raise self.malformed(text)


@dataclass(frozen=True)
class OperatorCode(Text):
    """An operator's code; the names of the operators known everywhere stand for their codes."""

    known: Mapping[str, str]

    def __hash__(self) -> int:
        return hash((self.longest, tuple(self.known.items())))

    @property
    def expected(self) -> str:
        return f"运营企业编码，如 {'、'.join(self.known.values())}"

    @property
    def asked(self) -> str:
        return f"运营企业名称，如 {'、'.join(self.known)}"

    def read(self, text: str) -> str:
        return self.known.get(text) or super().read(text)


@dataclass(frozen=True)
class Day(ValueKind):
    @property
    def expected(self) -> str:
        return "日期 YYYY-MM-DD，例如 2018-06-30"

    def read(self, text: str) -> date:
        return self.certain(text, read_day, NoSuchDay, f"不是日历上有的一天：应为{self.expected}。")

    def plainly(self, text: str, unit: str, place: TextPlace) -> str:
        day = read_day(text, place=place)
        return day.isoformat() if day else ""

    def write(self, value: date) -> str:
        return value.isoformat()


@dataclass(frozen=True)
class Whole(ValueKind):
    """An integer >= 0 that fits the database."""

    @property
    def expected(self) -> str:
        return "不小于 0 的整数，只写数字"

    def read(self, text: str) -> int:
        return self.certain(text, read_number, NumberOutOfRange, f"过大：应为不超过 {LARGEST} 的整数。")

    def plainly(self, text: str, unit: str, place: TextPlace) -> str:
        number = read_number(text, unit=unit, place=place)
        return "" if number is None else str(number)


@dataclass(frozen=True)
class NumberValue(ValueKind):
    """Plain digits with an optional decimal point; a rate is more than 0, and people write it 100M, 1G or 百兆."""

    is_rate: bool = False

    @property
    def expected(self) -> str:
        return "大于 0 的数，如 100 或 0.5" if self.is_rate else "数，如 113.05"

    def read(self, text: str) -> float:
        value = plain_decimal(text)
        if value is None:
            raise self.malformed(text)
        if self.is_rate and value == 0:
            raise MalformedValue(f"{quoted(text)}超出范围：应为{self.expected}。")
        return value

    def plainly(self, text: str, unit: str, place: TextPlace) -> str:
        rate = read_rate(text, place=place) if self.is_rate else None
        return text if rate is None else self.write(rate)

    def write(self, value: float) -> str:
        return plain(value)


@dataclass(frozen=True)
class Flag(ValueKind):
    @property
    def expected(self) -> str:
        return " 1 或 0（是或否）"

    @property
    def asked(self) -> str:
        return "是或否"

    def read(self, text: str) -> bool:
        value = {"1": True, "是": True, "0": False, "否": False}.get(plain_digits(text))
        if value is None:
            raise self.malformed(text)
        return value

    def write(self, value: bool) -> str:
        return "1" if value else "0"


@dataclass(frozen=True)
class PeriodValue(ValueKind):
    @property
    def expected(self) -> str:
        return "季度：四位年份加 Q1 至 Q4，例如 2018Q2"

    def read(self, text: str) -> str:
        try:
            return str(Quarter.parse(plain_digits(text)))
        except ValueError as problem:
            raise MalformedValue(str(problem)) from None


@dataclass(frozen=True)
class PackageColumn:
    """A column: its name in files, its Chinese label, its kind of value.

    ``blank`` is what an empty cell of an optional column stands for; ``expected`` says that the column must be there all the
    same. ``bounds`` are the least and the
    greatest value, inclusive; ``not_below`` and ``not_above`` name another column of the row by which it is bound.
    """

    name: str
    label: str
    kind: ValueKind
    required: bool = False
    expected: bool = False
    blank: Any = None
    unit: str = ""
    bounds: tuple[float, float] | None = None
    not_below: str = ""
    not_above: str = ""

    def plainly(self, text: str, place: TextPlace = TextPlace.GRID) -> str:
        """What a person wrote, as the package writes it; ValueError with a sentence where that is not certain."""
        return self.kind.plainly(text, self.unit, place)

    def write(self, value: Any) -> str:
        return "" if value is None or value == "" else self.kind.write(value)

    def readings(self, texts: Sequence[str]) -> tuple[list[Any], dict[str, str]]:
        """The values of these texts in their order, each text read once; and of those that have none (UNREAD), why."""
        found: dict[str, Any] = {}
        refusals: dict[str, str] = {}
        read = self.kind.read
        for text in set(texts):
            bare = trimmed(text)
            try:
                found[text] = read(bare) if bare else self.blank
            except MalformedValue as problem:
                found[text], refusals[text] = UNREAD, f"{self.label}{problem}"
            else:
                if not bare and self.required:
                    found[text], refusals[text] = UNREAD, f"{self.label}未填：应为{self.kind.expected}。"
        return [found[text] for text in texts], refusals

    def plain_texts(self, texts: Iterable[str], place: TextPlace) -> tuple[dict[str, str], dict[str, str]]:
        """What people wrote as the package writes it, by text; and of those that are not certain, why."""
        found: dict[str, str] = {}
        refusals: dict[str, str] = {}
        for text in set(texts):
            try:
                found[text] = self.plainly(text, place)
            except ValueError as refusal:
                refusals[text] = f"{self.label}{refusal}"
        return found, refusals


def written(columns: Iterable[PackageColumn], values: Mapping[str, Any]) -> dict[str, str]:
    """The values of these columns as the package writes them, by name; what is missing is blank."""
    return {column.name: column.write(values.get(column.name)) for column in columns}


def cell_text(value: Any) -> str:
    """A number in plain digits, a date as YYYY-MM-DD."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return plain(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
