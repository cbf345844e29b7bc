"""The five figures of a return's line, declared once for forms, checks and package; and how a typed cell is parsed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

STORED_AT_MOST = 2_147_483_647
"""What a column of the database holds; nothing in the plan bounds a figure."""


@dataclass(frozen=True)
class Figure:
    """A column of the return: a whole number of ``unit`` from ``minimum`` to ``maximum``, both included."""

    name: str
    label: str
    unit: str
    help: str
    minimum: int = 0
    maximum: int = STORED_AT_MOST


FIGURES = (
    Figure("households", "总户数", "户", "季末本村居的全部户数。"),
    Figure(
        "broadband_covered_households",
        "宽带覆盖户数",
        "户",
        "任何一种宽带能够到达的户数，不超过总户数；一户有几家企业覆盖仍算一户。",
    ),
    Figure(
        "fibre_covered_households",
        "光网覆盖户数",
        "户",
        "光纤能够到达的户数，不超过宽带覆盖户数；一户有几家企业覆盖仍算一户。",
    ),
    Figure("broadband_users", "宽带用户数", "户", "季末在用的固定宽带用户，各家企业相加。"),
    Figure("fibre_users", "光网用户数", "户", "其中使用光纤的用户，不超过宽带用户数。"),
)
"""In the order of the form (data package, table ``returns``; clauses S05 and S06)."""

NAMES = tuple(figure.name for figure in FIGURES)
BY_NAME = {figure.name: figure for figure in FIGURES}

Figures = Mapping[str, int | None]
"""A line's figures by name; None is missing, never 0."""


def added(lines: Sequence[Figures | None]) -> Figures | None:
    """The sums of several lines, a figure None where one of them lacks it; None where there is no line, or one is missing."""
    present = [line for line in lines if line is not None]
    if not present or len(present) < len(lines):
        return None
    columns = {name: [line[name] for line in present] for name in present[0]}
    return {name: None if None in values else sum(filter(None, values)) for name, values in columns.items()}


_FULL_WIDTH = str.maketrans("０１２３４５６７８９，．－＋", "0123456789,.-+")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_LONGEST = 40
_DIGITS = re.compile(r"(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]+)?")


def parse_cell(text: str, figure: Figure | None = None) -> int | None:
    """The whole number that a clerk typed, None for a blank cell.

    Understood: ``1234``, ``1,234``, full-width digits, ``1.2万`` (exactly: 12000). Everything
    else raises ValueError with a sentence that says what to type; nothing is guessed or rounded.
    """
    typed = _INVISIBLE.sub("", text).strip()
    if not typed:
        return None
    value = _whole(typed)
    maximum = figure.maximum if figure else STORED_AT_MOST
    if value > maximum:
        raise ValueError(f"“{_shown(typed)}”太大：最多填 {maximum}。")
    if figure and value < figure.minimum:
        raise ValueError(f"“{_shown(typed)}”太小：至少填 {figure.minimum}。")
    return value


def _whole(typed: str) -> int:
    plain = typed.translate(_FULL_WIDTH)
    if plain.startswith("-"):
        raise ValueError(f"“{_shown(typed)}”是负数：请填不小于 0 的整数。")
    number = plain.removesuffix("万").rstrip()
    in_ten_thousands = plain.endswith("万")
    match = _DIGITS.fullmatch(number) if len(number) <= _LONGEST else None
    if match is None:
        raise ValueError(f"“{_shown(typed)}”不是整数：请只填数字，例如 1234、1,234 或 1.2万；没有数字就留空。")
    if match[1] and not in_ten_thousands:
        raise ValueError(f"“{_shown(typed)}”带小数：户数是整数，请去掉小数部分。")
    value = Fraction(number.replace(",", "")) * (10_000 if in_ten_thousands else 1)
    if value.denominator != 1:
        raise ValueError(f"“{_shown(typed)}”折算后不是整数：请改填到个位的户数。")
    return int(value)


def _shown(typed: str) -> str:
    return typed if len(typed) <= 20 else typed[:20] + "…"
