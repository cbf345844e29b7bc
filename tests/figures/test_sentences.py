"""Numbers in sentences: which become links, and to whom."""

import re

import pytest

from figures.sentences import SaidNumber, linked

SHARE = [
    SaidNumber(17, "all"),
    SaidNumber(14, "passed"),
    SaidNumber(3, "failed"),
    SaidNumber(9, ""),
    SaidNumber(3, "gap"),
]


def told(sentence: str, numbers=SHARE) -> list[tuple[str, str]]:
    """The numbers that became links, each with its address."""
    return re.findall(r'href="(\w+)" data-figure="(\d+)"', linked(sentence, numbers))


@pytest.mark.parametrize(
    ("sentence", "links"),
    [
        ("17 个自然村中 14 个达到（82.3%），3 个未达到，目标 50%，即 9 个。", [("all", "17"), ("passed", "14"), ("failed", "3")]),
        ("14 / 17（82.3%）", [("passed", "14"), ("all", "17")]),
        ("期限为2017年第四季度末，还有 5 个季度。", []),
        ("2017年3月17日", []),
        ("S17 至 S21", []),
        ("半径 17 米，17 兆", []),
        ("17.5 和 17%", []),
    ],
)  # fmt: skip
def test_numbers_become_links_in_the_order_in_which_they_are_said(sentence, links):
    assert told(sentence) == links


def test_of_equal_values_the_next_is_meant():
    equal = [SaidNumber(3, "failed"), SaidNumber(3, "unknown")]

    assert told("3 个未达到，3 个待定", equal) == [("failed", "3"), ("unknown", "3")]


def test_thousands_are_one_number():
    assert told("7,900 / 10,000", [SaidNumber(7900, "passed"), SaidNumber(10000, "all")]) == [
        ("passed", "7900"),
        ("all", "10000"),
    ]


def test_what_is_no_number_is_escaped_and_a_target_is_told_to_be_one():
    assert linked("<b>9</b>", SHARE) == '&lt;b&gt;<span data-target="9">9</span>&lt;/b&gt;'
