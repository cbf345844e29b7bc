"""What a clerk may type into a cell."""

import pytest

from returns.figures import BY_NAME, FIGURES, NAMES, STORED_AT_MOST, Figure, parse_cell
from returns.models import FIGURES as MODEL_FIGURES
from returns.models import ReturnLine


@pytest.mark.parametrize(("text", "value"), [
    ("0", 0), ("1234", 1234), ("007", 7), (" 12 ", 12), ("1,234", 1234), ("1,234,567", 1_234_567), ("1，234", 1234),
    ("２３", 23), ("１，２３４", 1234), ("\u3000５\u3000", 5), ("\ufeff8\u200b", 8), ("12\n", 12),
    ("1.2万", 12_000), ("１．２万", 12_000), ("3万", 30_000), ("0.0001万", 1), ("1.2 万", 12_000), ("1,000.5万", 10_005_000),
    ("1.2300万", 12_300), (str(STORED_AT_MOST), STORED_AT_MOST),
])  # fmt: skip
def test_cell_is_read_exactly(text, value):
    assert parse_cell(text) == value


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\u200b", "\t\n"])
def test_blank_cell_is_missing(text):
    assert parse_cell(text) is None


@pytest.mark.parametrize(("text", "word"), [
    ("NaN", "不是整数"), ("1e5", "不是整数"), ("abc", "不是整数"), ("12户", "不是整数"), ("无", "不是整数"), ("1 2", "不是整数"),
    ("12,34", "不是整数"), ("1,2345", "不是整数"), (",123", "不是整数"), ("1,", "不是整数"), ("万", "不是整数"), (".5万", "不是整数"),
    ("5.万", "不是整数"), ("1万万", "不是整数"), ("1万2", "不是整数"), ("+3", "不是整数"), ("0x10", "不是整数"), ("١٢", "不是整数"),
    ("②", "不是整数"), ("1_000", "不是整数"), ("∞", "不是整数"), ("9" * 5000, "不是整数"), ("=1+1", "不是整数"), ("1\x002", "不是整数"),
    ("-3", "负数"), ("－３", "负数"), ("-0", "负数"), ("3.5", "带小数"), ("3.0", "带小数"), ("1.23456万", "折算后不是整数"),
    (str(STORED_AT_MOST + 1), "太大"), ("30万万", "不是整数"), ("214749万", "太大"),
])  # fmt: skip
def test_cell_is_refused_with_a_sentence(text, word):
    with pytest.raises(ValueError, match=word) as refused:
        parse_cell(text)
    assert str(refused.value).endswith("。")


@pytest.mark.parametrize(("text", "accepted"), [("9", False), ("10", True), ("20", True), ("21", False)])
def test_bounds_of_the_figure_count(text, accepted):
    figure = Figure("households", "总户数", "户", "", minimum=10, maximum=20)
    if accepted:
        assert parse_cell(text, figure) == int(text)
    else:
        with pytest.raises(ValueError, match="太"):
            parse_cell(text, figure)


def test_figures_are_declared_once():
    assert NAMES == MODEL_FIGURES == tuple(BY_NAME)
    assert [ReturnLine._meta.get_field(figure.name).verbose_name for figure in FIGURES] == [f.label for f in FIGURES]
