"""The declared kinds, and typed values: kept exactly, shown in words. No database."""

import csv
from fractions import Fraction

import pytest
from django.conf import settings

from accounts.posts import ROLE_GRANTS, Power
from common.values import UnreadableValue
from measures.kinds import KINDS, SUPERIOR_DOCUMENTS
from measures.values import changed, kept, read_yuan, total, total_words, words_of
from measures.vocabulary import TypedAs

READ = {
    "1200000": "1200000.00",
    "1,200,000.5": "1200000.50",
    "￥１２０万": "1200000.00",
    "1.23456789亿元": "123456789.00",
    "0.01": "0.01",
    "0": "0.00",
}
REFUSED = {
    "-5": "负数",
    "很多": "无法识别",
    "0.001": "两位小数",
    "1.000001万元": "0.01",
    "1,2": "无法识别",
    "99999999亿": "过大",
}


@pytest.mark.parametrize(("text", "value"), READ.items())
def test_yuan_are_read_exactly(text, value):
    assert kept(read_yuan(text)) == value


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_amount_is_refused_with_a_sentence(text):
    if REFUSED[text] == "0.01":
        assert kept(read_yuan(text)) == "10000.01"
        return
    with pytest.raises(UnreadableValue, match=REFUSED[text]):
        read_yuan(text)


def test_sums_are_exact():
    field = KINDS["investment"].field("spent")
    summed = total(field, ["0.10", "0.20", None, "9999999999999.99"])

    assert summed == Fraction("10000000000000.29") and total_words(field, summed) == "10,000,000,000,000.29 元"


def test_values_are_shown_in_words():
    kind = KINDS["facility"]
    before, after = {"status": "talking"}, {"status": "refused", "refused": "须另行报批"}

    assert changed(kind, before, after) == [("开放情况", "协商中", "拒绝开放"), ("拒绝开放的理由", "", "须另行报批")]
    assert kind.missing(after | {"title": "路灯杆", "facility": "pole", "owner": "镇政府"}) == []
    assert kind.missing({"status": "refused"})[-1] == "拒绝开放的理由"
    assert words_of(KINDS["application"].field("households"), 1200) == "1,200 户"
    assert words_of(KINDS["investment"].field("quarter"), "2018Q2") == "2018年第二季度"


@pytest.mark.parametrize("kind", KINDS.values(), ids=str)
def test_declared_kind_holds_together(kind):
    """Names lead to fields, posts have the power, clauses are the plan's."""
    with (settings.BASE_DIR / "acceptance/plans/plan_clauses.csv").open(encoding="utf-8") as file:
        clauses = {row["id"] for row in csv.DictReader(file)}
    named = [kind.title_field, kind.counted_by, kind.day_field, *(kind.once or ()), *kind.added_up]
    named += [field.needed_when[0] for field in kind.fields]
    keys = [field.key for field in kind.fields]

    assert set(filter(None, named)) <= set(keys) and len(set(keys)) == len(keys) and set(kind.clauses) <= clauses
    assert all(Power.ENTER_MEASURES in ROLE_GRANTS[post].powers for post in kind.entered_by)
    assert all(Power.CONFIRM_MEASURES in ROLE_GRANTS[post].powers for post in kind.confirmed_by)
    assert all(kind.field(name).typed in (TypedAs.COUNT, TypedAs.YUAN) for name in kind.added_up)
    assert all(
        field.needed_when[1] in dict(kind.field(field.needed_when[0]).choices)
        for field in kind.fields
        if field.needed_when[0]
    )


def test_documents_are_those_of_the_plan():
    text = (settings.BASE_DIR / "acceptance/plans/实施方案.txt").read_text("utf-8")

    assert [number for number, name in SUPERIOR_DOCUMENTS.items() if f"《{name}》（{number}）" not in text] == []
