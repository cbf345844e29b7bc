"""Numbers, days and rates as Chinese offices write them, for forms, pasted blocks, workbooks, packages and the API.

What can be read in one way only is read; what can be read in two ways is asked (``Ambiguous``); everything else is refused
with a sentence. All examples stand in ``tests/values.json``: they are the tests of this module and of
``static/js/entry-figures.js``, which reads figures in the same way, and they are docs/values.md.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Context, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple, NoReturn

LARGEST = 2_147_483_647
"""What a column of the database holds."""


class TextPlace(StrEnum):
    """Where a text stands: typed or pasted by a person, in a cell of a spreadsheet, or sent by a machine."""

    GRID = "grid"
    SHEET = "sheet"
    PACKAGE = "package"
    API = "api"

    @property
    def is_strict(self) -> bool:
        """Whether only the plain forms are read that docs/data-package.md allows."""
        return self in (TextPlace.PACKAGE, TextPlace.API)


class PossibleValue(NamedTuple):
    """One of the ways in which a text can be read: the value (None: left blank) and how it is shown."""

    value: int | float | date | None
    label: str


_BLANK = PossibleValue(None, "留空")


class UnreadableValue(ValueError):
    """The text is no such value; the message is a Chinese sentence."""


class NumberOutOfRange(UnreadableValue):
    """A number that can be read and is too large or too small."""


class NoSuchDay(UnreadableValue):
    """Written like a day, and the calendar has no such day."""


class Ambiguous(UnreadableValue):
    """Can be read in several ways; ``readings`` are these, for a page that asks."""

    def __init__(self, shown: str, readings: Sequence[PossibleValue]) -> None:
        ways = " 或 ".join(reading.label for reading in readings)
        super().__init__(f"{shown}可理解为 {ways}：请改写清楚。")
        self.readings = tuple(readings)


_UNSEEN = "\u200b-\u200f\u2060\ufeff\u00ad"
_INVISIBLE = re.compile(f"[{_UNSEEN}]")
_SPACE = "\t\n\x0b\x0c\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_EDGES = re.compile(f"^[{_SPACE}]+|[{_SPACE}]+$")
_MARGINS = re.compile(f"^[{_SPACE}{_UNSEEN}]+|[{_SPACE}{_UNSEEN}]+$")
_SPACES = re.compile(f"[{_SPACE}]+")
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(map(ord, "‐‑–—―−﹣"), "-")
_PLAIN_DIGITS = str.maketrans("０１２３４５６７８９．－", "0123456789.-")
_LONGEST = 40
_SHOWN = 20


def plain_digits(text: str) -> str:
    """Full-width digits with their point and hyphen as plain ones, and nothing else changed."""
    return text.translate(_PLAIN_DIGITS)


def _typed(text: str, place: str) -> str:
    """The text without its margins; a person's also without what cannot be seen inside."""
    if TextPlace(place).is_strict:
        return _MARGINS.sub("", text)
    return _EDGES.sub("", _INVISIBLE.sub("", text))


def _narrow(typed: str) -> str:
    """Full-width letters and signs as plain ones, every dash as a hyphen."""
    return typed.translate(_NARROW)


def shown(typed: str) -> str:
    """The text in quotation marks, shortened."""
    return f"“{typed if len(typed) <= _SHOWN else typed[:_SHOWN] + '…'}”"


# ------------------------------------------------ whole numbers

_FACTORS = {"百": 100, "千": 1_000, "万": 10_000}
_GROUP = "[,\u00a0\u2009\u202f]"
_NUMBER = re.compile(rf"([0-9]+|[0-9]{{1,3}}(?:{_GROUP}[0-9]{{3}})+)(?:\.([0-9]+))?")
_SPLIT = re.compile(f"([0-9].*?)[{_SPACE}]*([百千万]?)[{_SPACE}]*([^0-9{_SPACE}]*)")
_MISPLACED = re.compile("[0-9]+(?:,[0-9]+)+")
_SCIENTIFIC = re.compile(r"([0-9])(?:\.([0-9]+))?[Ee](\+?)([0-9]{1,2})")
_PLAIN = re.compile("[0-9]+")
_NOUGHT = "-"
_NOTHING = frozenset(("--", "---", "/", "无"))
_ROUGH = re.compile("^(?:约|大约|近)|(?:左右|以上|以下|余|多|\\+)(?:户|个)?$")
_DIGITS_OF_EXCEL = 15


def read_number(
    text: str,
    *,
    minimum: int = 0,
    maximum: int = LARGEST,
    unit: str = "户",
    times: int = 1,
    place: str = TextPlace.GRID,
) -> int | None:
    """The whole number from ``minimum`` to ``maximum`` that a person wrote; None for a blank.

    ``unit`` is the word that may stand behind it. ``times`` is what a bare number counts, 10,000 in a column headed 万户; a
    unit in the cell outweighs it. Raises Ambiguous, NumberOutOfRange or another UnreadableValue; nothing is guessed or rounded.
    """
    typed = _typed(text, place)
    if not typed:
        return None
    place = TextPlace(place)
    value = _plain_number(typed) if place.is_strict else _number(typed, unit, times, place)
    if value > maximum:
        raise NumberOutOfRange(f"{shown(typed)}过大：不能超过 {maximum}。")
    if value < minimum:
        raise NumberOutOfRange(f"{shown(typed)}过小：不能小于 {minimum}。")
    return value


def _plain_number(typed: str) -> int:
    """Digits only; of one with more digits than the database holds no more is known than that it is too large."""
    plain = plain_digits(typed)
    if not _PLAIN.fullmatch(plain):
        raise UnreadableValue(f"{shown(typed)}无法识别：应为不小于 0 的整数，只写数字。")
    digits = plain.lstrip("0")
    return int(digits or 0) if len(digits) <= _LONGEST else 10**_LONGEST


def _number(typed: str, unit: str, times: int, place: TextPlace) -> int:
    plain = _narrow(typed)
    if plain == _NOUGHT:
        return 0
    if plain in _NOTHING:
        raise Ambiguous(shown(typed), [PossibleValue(0, "0"), _BLANK])
    if place == TextPlace.SHEET:
        plain = _spelt_out(typed, plain, times)
    match = _SPLIT.fullmatch(plain) if len(plain) <= _LONGEST else None
    if match is None:
        return _numeral(typed, plain, unit)
    number, factor, rest = match.groups()
    if rest not in ("", unit):
        _refuse(typed, plain)
    many = _FACTORS[factor] if factor else 1 if rest else times
    parts = _NUMBER.fullmatch(number)
    if parts is None:
        _refuse_digits(typed, plain, number, many)
    if many == 1:
        return _counted(typed, *parts.groups(""))
    value = Fraction(re.sub(_GROUP, "", number)) * many
    if value.denominator != 1:
        raise UnreadableValue(f"{shown(typed)}折算后不是整数：请填到个位。")
    return int(value)


def _counted(typed: str, whole: str, part: str) -> int:
    """A number that counts single things: its decimals are noughts, and the point cannot be meant as a comma."""
    value = int(re.sub(_GROUP, "", whole))
    if re.fullmatch("[1-9][0-9]{0,2}", whole) and len(part) == 3:
        thousands = PossibleValue(int(whole + part), whole + part)
        readings = [thousands, _BLANK] if part.strip("0") else [PossibleValue(value, whole), thousands]
        raise Ambiguous(shown(typed), readings)
    if part.strip("0"):
        raise UnreadableValue(f"{shown(typed)}带小数：应为整数。")
    return value


def _spelt_out(typed: str, plain: str, times: int) -> str:
    """What a spreadsheet writes by its own rules as it is meant: fifteen digits are what it shows, 1.2E3 is 1200."""
    if re.fullmatch(r"[0-9]+\.[0-9]+", plain) and len(plain.lstrip("0.")) > _DIGITS_OF_EXCEL:
        return format(Context(prec=_DIGITS_OF_EXCEL).create_decimal(plain), "f")
    match = _SCIENTIFIC.fullmatch(plain)
    if match is None:
        return plain
    value = int(Fraction(Decimal(plain.upper())))
    if Fraction(Decimal(plain.upper())) != value or int(match[4]) > _DIGITS_OF_EXCEL:
        return plain
    if match[3] and len(match[2] or "") < int(match[4]):
        raise Ambiguous(shown(typed), [PossibleValue(value * times, str(value * times)), _BLANK])
    return str(value)


def _refuse_digits(typed: str, plain: str, number: str, many: int) -> NoReturn:
    """Digits that are no number: with commas in odd places they may be one, with a single comma a decimal number."""
    if not _MISPLACED.fullmatch(number):
        _refuse(typed, plain)
    ways = [Fraction(number.replace(",", "")) * many]
    if number.count(",") == 1:
        ways.append(Fraction(number.replace(",", ".")) * many)
    values = sorted(int(way) for way in ways if way.denominator == 1)
    readings = [PossibleValue(value, str(value)) for value in values]
    raise Ambiguous(shown(typed), readings if len(readings) > 1 else [*readings, _BLANK])


def _refuse(typed: str, plain: str) -> NoReturn:
    if re.match(r"-[0-9]|\([0-9].*\)$", plain):
        raise UnreadableValue(f"{shown(typed)}是负数：应为不小于 0 的整数。")
    if _SCIENTIFIC.fullmatch(plain):
        raise UnreadableValue(f"{shown(typed)}是科学计数法：请写出全部数字。")
    if re.match("[0-9].*%$", plain):
        raise UnreadableValue(f"{shown(typed)}是百分数：应为整数。")
    if len(plain) <= _LONGEST and _ROUGH.search(plain):
        raise UnreadableValue(f"{shown(typed)}不是确切的数：请填准确的整数。")
    raise UnreadableValue(f"{shown(typed)}无法识别：请填整数，例如 1234、1,234 或 1.2万；没有数据请留空。")


# ------------------------------------------------ Chinese numerals

_DIGITS = "零一二三四五六七八九"
_UNITS = {"千": 1_000, "百": 100, "十": 10}
_AS_WRITTEN = str.maketrans("〇○壹贰叁肆伍陆柒捌玖两拾佰仟萬", "零零一二三四五六七八九二十百千万")
_NOUGHTS_OF_A_YEAR = str.maketrans("Oo0", "零零零")
_NUMERAL = re.compile("[零一二三四五六七八九十百千万]{1,20}")
_SHORT_END = re.compile("(.*([百千万]))([一二三四五六七八九])")


def _numeral(typed: str, plain: str, unit: str) -> int:
    """三百二十; 三百二, which is 320 when spoken and 302 to others, is asked."""
    text = (plain.removesuffix(unit) if unit else plain).translate(_AS_WRITTEN)
    if not _NUMERAL.fullmatch(text):
        _refuse(typed, plain)
    if (short := _SHORT_END.fullmatch(text)) and (before := _chinese(short[1])) is not None:
        step, digit = {**_UNITS, "万": 10_000}[short[2]], _DIGITS.index(short[3])
        values = (before + digit * step // 10, before + digit)
        raise Ambiguous(shown(typed), [PossibleValue(value, str(value)) for value in values])
    value = _chinese(text)
    if value is None:
        _refuse(typed, plain)
    return value


def _chinese(text: str) -> int | None:
    """The number of a numeral that is written as it should be, None of any other."""
    total = section = digit = 0
    for letter in text:
        if letter in _UNITS:
            section, digit = section + (digit or 1) * _UNITS[letter], 0
        elif letter == "万":
            total, section, digit = (section + digit) * 10_000, 0, 0
        else:
            digit = _DIGITS.index(letter)
    value = total + section + digit
    return value if value < 10_000**2 and _short(_in_chinese(value)) == _short(text) else None


def _short(numeral: str) -> str:
    return numeral.removeprefix("一") if numeral.startswith("一十") else numeral


def _in_chinese(value: int) -> str:
    """A number below 10^8 in Chinese."""
    many, rest = divmod(value, 10_000)
    if not many:
        return _section(rest) or _DIGITS[0]
    between = _DIGITS[0] if 0 < rest < 1_000 else ""
    return _section(many) + "万" + between + _section(rest)


def _section(value: int) -> str:
    """A number below 10,000; nothing for 0."""
    written, is_waiting = "", False
    for name, step in {**_UNITS, "": 1}.items():
        digit, value = divmod(value, step)
        if digit:
            written += (_DIGITS[0] if is_waiting else "") + _DIGITS[digit] + name
        is_waiting = bool(written) and not digit
    return written


# ------------------------------------------------ days

_AROUND_SIGNS = re.compile(f"[{_SPACE}]*([-/.年月日号])[{_SPACE}]*")
_YEARS = range(1900, 3000)
_TIME = r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.0+)?)?)?"
_STRICT_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY = re.compile(rf"([0-9]{{4}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}")
_DAY_IN_WORDS = re.compile(rf"([0-9]{{4}}|[0-9]{{2}})年([0-9]{{1,2}})月(?:([0-9]{{1,2}})[日号]?)?{_TIME}")
_DAY_OF_MONTH = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})月?")
_CLOSED_UP = re.compile("([0-9]{4})([0-9]{2})([0-9]{2})")
_TURNED = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{1,2})")
_SERIAL = re.compile(r"([1-9][0-9]{4})(?:\.[0-9]+)?")
_DAY_ZERO = date(1899, 12, 30)
_NUMERALS_OF_DAY = re.compile(
    "([零一二三四五六七八九]{4})年([一二三四五六七八九十]+)月(?:([一二三四五六七八九十廿]+)[日号]?)?"
)


def read_day(text: str, *, place: str = TextPlace.GRID) -> date | None:
    """The day that a person wrote; None for a blank. A time of the day beside it is left out.

    Raises Ambiguous (03/04/2018; a month without a day), NoSuchDay or another UnreadableValue.
    """
    typed = _typed(text, place)
    if not typed:
        return None
    if TextPlace(place).is_strict:
        plain = plain_digits(typed)
        if not _STRICT_DAY.fullmatch(plain):
            raise UnreadableValue(f"{shown(typed)}无法识别：应为日期 YYYY-MM-DD，例如 2018-06-30。")
        return _calendar(typed, *plain.split("-"))
    tidy = _in_digits(_AROUND_SIGNS.sub(r"\1", _narrow(typed)))
    if place == TextPlace.SHEET and (serial := _SERIAL.fullmatch(tidy)):
        return _DAY_ZERO + timedelta(days=int(serial[1]))
    if match := _DAY.fullmatch(tidy):
        return _in_our_time(typed, match[1], match[3], match[4])
    if match := _CLOSED_UP.fullmatch(tidy):
        return _in_our_time(typed, *match.groups())
    if (match := _DAY_IN_WORDS.fullmatch(tidy)) and match[3]:
        return _in_our_time(typed, match[1] if len(match[1]) == 4 else f"20{match[1]}", match[2], match[3])
    if match := _DAY_OF_MONTH.fullmatch(tidy):
        _ask_day(typed, *match.groups())
    if match := _TURNED.fullmatch(tidy):
        return _turned(typed, match[1], match[3], match[4])
    raise UnreadableValue(f"{shown(typed)}无法识别：应为日期，例如 2018-06-30 或 2018年6月30日。")


def _calendar(typed: str, year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise NoSuchDay(f"{shown(typed)}不是日历上有的一天：请核对年、月、日。") from None


def _in_our_time(typed: str, year: str, month: str, day: str) -> date:
    """A day as people mean it; one of the year 218 is a slip."""
    if int(year) not in _YEARS:
        raise NoSuchDay(f"{shown(typed)}的年份不对：请核对。")
    return _calendar(typed, year, month, day)


def _ask_day(typed: str, year: str, month: str) -> NoReturn:
    """A month without a day: asked is whether its first or its last is meant."""
    first = _in_our_time(typed, year, month, "1")
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    raise Ambiguous(shown(typed), [PossibleValue(day, day.isoformat()) for day in (first, last)])


def _turned(typed: str, first: str, second: str, third: str) -> date:
    """Three short numbers of which no order is certain; read where only one order makes a day."""
    orders = [(f"20{first}", second, third)] if len(first) == 2 and len(third) < 4 else []
    if len(third) > 1:
        year = third if len(third) == 4 else f"20{third}"
        orders += [(year, first, second), (year, second, first)]
    days = sorted(set(_days(orders)))
    if not days:
        raise NoSuchDay(f"{shown(typed)}不是日历上有的一天：请核对年、月、日。")
    if len(days) > 1:
        raise Ambiguous(shown(typed), [PossibleValue(day, day.isoformat()) for day in days])
    return _in_our_time(typed, *days[0].isoformat().split("-"))


def _days(orders: Iterable[tuple[str, str, str]]) -> Iterable[date]:
    for year, month, day in orders:
        try:
            yield date(int(year), int(month), int(day))
        except ValueError:
            continue


def _in_digits(text: str) -> str:
    """二〇一八年五月一日 as 2018年5月1日; anything else as it is."""
    year, mark, rest = text.translate(_AS_WRITTEN).partition("年")
    match = _NUMERALS_OF_DAY.fullmatch(year.translate(_NOUGHTS_OF_A_YEAR) + mark + rest)
    if match is None:
        return text
    year = "".join(str(_DIGITS.index(letter)) for letter in match[1])
    month, day = _chinese(match[2]), _chinese((match[3] or "").replace("廿", "二十")) if match[3] else None
    if month is None or (match[3] and day is None):
        return text
    return f"{year}年{month}月{day}日" if day else f"{year}年{month}月"


# ------------------------------------------------ rates

_RATE = re.compile(
    r"([0-9][0-9,.]*|[零一二两三四五六七八九十百千万]+)(K|M|G|兆)?(?:比特|bits?|b)?(?:/s|/秒|ps|每秒)?", re.IGNORECASE
)
_IN_BYTES = re.compile(r"[0-9][0-9,.]*[KMG](?:B|字节)(?:/s|/秒|ps|每秒)?")
_MEGABITS = {"": Fraction(1), "K": Fraction(1, 1000), "M": Fraction(1), "兆": Fraction(1), "G": Fraction(1000)}
_PLAIN_DECIMAL = re.compile(r"[0-9]{1,30}(?:\.[0-9]{1,60})?")


def plain_decimal(text: str) -> float | None:
    """The number in plain digits with at most a decimal point, which may be full-width; None when it is none."""
    plain = text if text.isascii() else plain_digits(text)
    return float(plain) if _PLAIN_DECIMAL.fullmatch(plain) else None


def read_rate(text: str, *, place: str = TextPlace.GRID) -> float | None:
    """The megabits a second that a person wrote; None for a blank. A bare number is megabits, 1G is 1000 of them.

    Raises Ambiguous (100MB, which may be bits or bytes) or another UnreadableValue.
    """
    typed = _typed(text, place)
    if not typed:
        return None
    rate = plain_decimal(typed) if TextPlace(place).is_strict else _rate(typed)
    if rate is None:
        raise UnreadableValue(f"{shown(typed)}无法识别：应为每秒多少兆比特，例如 100、100M、1G 或百兆。")
    return rate


def _rate(typed: str) -> float | None:
    plain = _SPACES.sub("", _narrow(typed))
    match = _RATE.fullmatch(plain) if len(plain) <= _LONGEST else None
    number = _decimal(match[1]) if match else None
    if match is None or number is None:
        return None
    rate = number * _MEGABITS[(match[2] or "").upper()]
    if _IN_BYTES.fullmatch(plain):
        rates = [float(rate), float(rate * 8)]
        raise Ambiguous(shown(typed), [PossibleValue(each, f"{each:g}Mbps") for each in rates])
    return float(rate)


def _decimal(number: str) -> Fraction | None:
    """A decimal number or a numeral, 百 being one hundred; None when it is neither."""
    if number[0] in "0123456789":
        return Fraction(number.replace(",", "")) if _NUMBER.fullmatch(number) else None
    value = _chinese(number.translate(_AS_WRITTEN))
    value = _chinese(f"一{number}") if value is None else value
    return None if value is None else Fraction(value)
