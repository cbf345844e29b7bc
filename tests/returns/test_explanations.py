"""A sentence that explains: which ones say something, for which figures they stand, and when they fall away."""

import importlib

import pytest
from django.apps import apps
from django.urls import reverse

from accounts.models import AuditEntry
from areas.models import Operator
from common.periods import Quarter
from returns import actions, explanations
from returns.entry.saving import EXPLANATION, REASON, Typed, save_lines
from returns.figures import NAMES
from returns.models import ExplanationReason, OperatorCount, Return, ReturnLine
from returns.paper import return_paper
from returns.review import decisions
from returns.sheet import SheetRow, sheet_of
from returns.sources.confirming import confirm
from tests.entry.conftest import browse, fates
from tests.entry.test_cells import cell, rows, send
from tests.returns.conftest import SAID, TOWN, approved, fill, report

__all__ = ["browse"]

CODE = f"{TOWN}201"
FEWER = (99, 90, 80, 60, 50)
ODD = "总户数比上季减少（100 → 99）：请核对，属实请说明原因。"

GOOD_SENTENCES = (
    SAID,
    "城中小区拆迁12户",
    "老街拆迁，12户搬走",
    "新城花园二期三月交付，入住210户",
    "广清产业园务工人员节后返岗",
    "上季把外来租户重复计入",
    "电信宽带与广电宽带原各计一次，现按户去重",
    "拆迁或撤并：城中小区拆迁12户",
    "与二号村撤并，户数划出 30 户",
)
HOLLOW_SENTENCES = (
    ".", "。。。。。。", "1", "111111111", "拆迁", "属实", "情况属实", "情况属实，已核实无误。", "经核实，数据准确，情况正常",
    "已核对，无异常", "同上", "同上季度", "正常变化", "数字正常波动", "本季度数据与上季度数据相符", "户户户户户户户户", "哈哈哈哈哈哈哈哈哈",
    "总户数比上季减少", "总户数比上季减少（100 → 99）", "请核对，属实请说明原因", "拆迁或撤并：拆迁或撤并", "拆迁或撤并：拆迁",
    "　　情况　属实　　", "无变化，无问题，无异常，没有情况",
)  # fmt: skip


@pytest.mark.parametrize("sentence", GOOD_SENTENCES)
def test_sentence_of_substance(sentence):
    assert not explanations.is_hollow(sentence, [ODD])


@pytest.mark.parametrize("sentence", HOLLOW_SENTENCES)
def test_sentence_that_says_nothing(sentence):
    assert explanations.is_hollow(sentence, [ODD])


@pytest.mark.parametrize(
    ("sentence", "reason", "said"),
    [
        ("城中小区拆迁", "demolition", "拆迁或撤并：城中小区拆迁"),
        ("城中小区拆迁", "", "城中小区拆迁"),
        ("拆迁或撤并:城中小区拆迁", "demolition", "拆迁或撤并:城中小区拆迁"),
        ("", "demolition", ""),
    ],
)
def test_account_names_the_reason_once(sentence, reason, said):
    assert explanations.account(sentence, reason) == said


@pytest.fixture
def draft(make_return, people) -> Return:
    """One village that had 100 households last quarter, and has 99."""
    approved(make_return(1, Quarter(2018, 4)), people.clerk, people.reviewer)
    quarterly_return = make_return(1)
    fill(quarterly_return, people.clerk, *FEWER)
    return quarterly_return


@pytest.fixture
def explained(draft, people) -> Return:
    fill(draft, people.clerk, *FEWER, explanation=SAID)
    return draft


def row_of(quarterly_return: Return) -> SheetRow:
    return sheet_of(Return.objects.get(pk=quarterly_return.pk), complete=True).rows[0]


def say(quarterly_return: Return, by, **values) -> None:
    line = quarterly_return.lines.get()
    stored = {**line.figures, REASON: line.reason, EXPLANATION: line.explanation}
    save_lines(quarterly_return=quarterly_return, rows={CODE: Typed(stored | values, stored)}, by=by)


def test_row_asks_for_reason_and_substance(draft, people):
    assert row_of(draft).unexplained == explanations.MISSING_SENTENCE
    say(draft, people.clerk, explanation="情况属实")
    assert row_of(draft).unexplained == explanations.HOLLOW
    say(draft, people.clerk, explanation=SAID)
    assert row_of(draft).unexplained == explanations.MISSING_REASON
    assert [fault.text for fault in row_of(draft).faults] == ["1号村·说明：请选择原因类别。"]
    with pytest.raises(actions.ReturnNotReady):
        actions.hand_up(quarterly_return=draft, version=draft.version, by=people.clerk)
    draft.refresh_from_db()
    say(draft, people.clerk, reason="demolition")
    assert row_of(draft).faults == []
    assert report(draft, people.clerk).state == "submitted"


def test_audit_trail_tells_the_reason_in_words(draft, people):
    say(draft, people.clerk, explanation=SAID, reason="demolition")
    saved = AuditEntry.objects.filter(action="return.save").order_by("-pk")[0]
    assert saved.facts[CODE] == {EXPLANATION: ["", SAID], REASON: ["", "拆迁或撤并"]}


def test_sentence_remembers_for_which_figures_it_was_given(explained):
    row = row_of(explained)
    assert row.explained == {"figures": dict(zip(NAMES, FEWER, strict=True)), "about": ["households"]}
    assert (row.explains, row.account) == ("总户数 99", f"拆迁或撤并：{SAID}")


def test_sentence_about_a_rate_was_given_for_both_of_its_figures(draft, people):
    fill(draft, people.clerk, 99, 90, 45, 60, 50)
    say(draft, people.clerk, explanation=SAID, reason="demolition")
    about = draft.lines.get().explained["about"]
    assert {"households", "fibre_covered_households"} <= set(about)


def by_cell(draft, people, browse, value):
    assert fates(send(browse(people.clerk), draft, cell("households", str(value), 99)))[0][1] == "saved"


def by_form(draft, people, browse, value):
    say(draft, people.clerk, households=value)


WAYS = (by_cell, by_form)
"""A sheet that was brought in is saved cell by cell, as the grid's figures are."""


@pytest.mark.parametrize("way", WAYS)
def test_sentence_falls_away_when_its_figure_changes(way, explained, people, browse):
    way(explained, people, browse, 98)
    row = row_of(explained)
    assert row.figures["households"] == 98
    assert row.unexplained == "原说明之后数字已改（总户数 99 → 98），请重新说明或删去"
    assert (row.explanation, row.account) == (SAID, "")


def test_sentence_holds_when_another_figure_changes(explained, people):
    say(explained, people.clerk, broadband_users=61)
    assert row_of(explained).unexplained == ""


def test_sentence_does_not_answer_for_what_became_odd_afterwards(explained, people):
    say(explained, people.clerk, fibre_users=49)
    assert row_of(explained).unexplained == "原说明之后数字已改（光网用户数 50 → 49），请重新说明或删去"


def test_figure_that_comes_back_brings_its_sentence_back(explained, people):
    say(explained, people.clerk, households=98)
    say(explained, people.clerk, households=99)
    assert row_of(explained).unexplained == ""


def test_nothing_is_asked_where_the_figure_is_no_longer_odd(explained, people):
    say(explained, people.clerk, households=100)
    row = row_of(explained)
    assert (row.faults, row.account) == ([], "")
    assert row.needless == "原说明之后数字已改（总户数 99 → 100），不再列作说明，可重写或删去"
    assert SAID not in str(return_paper(sheet_of(explained), None))


def test_sentence_given_anew_stands_for_the_new_figure(explained, people):
    say(explained, people.clerk, households=98)
    say(explained, people.clerk, explanation=f"{SAID}，四月再拆一户")
    assert (row_of(explained).unexplained, row_of(explained).explains) == ("", "总户数 98")


def test_correction_takes_the_sentence_along_and_drops_it_with_its_figure(explained, people):
    old = report(explained, people.clerk)
    decisions.look(quarterly_return=old, by=people.reviewer)
    decisions.approve(quarterly_return=old, version=old.version, by=people.reviewer)
    old.refresh_from_db()
    new = actions.correct(quarterly_return=old, version=old.version, reason="填错", by=people.clerk)
    assert row_of(new).account == f"拆迁或撤并：{SAID}"
    say(new, people.clerk, households=97)
    assert row_of(new).unexplained.startswith("原说明之后数字已改（总户数 99 → 97）")


def test_suggestion_that_is_taken_drops_the_sentence(explained, people):
    say(explained, people.clerk, broadband_users=59, explanation=f"{SAID}，销户一户")
    say(explained, people.clerk, broadband_users=None)
    operator = Operator.objects.create(code="dx", name="电信")
    OperatorCount.objects.create(
        operator=operator, area_id=CODE, county=TOWN[:6], period=explained.period, broadband_users=62, fibre_users=51,
        by=people.reviewer,
    )  # fmt: skip
    assert confirm(quarterly_return=explained, seen={(CODE, "broadband_users"): 62}, by=people.clerk) == 1
    assert row_of(explained).unexplained == "原说明之后数字已改（宽带用户数 59 → 62），请重新说明或删去"


def test_old_sentence_stands_as_it_is_until_a_figure_changes(draft, people):
    ReturnLine.objects.filter(quarterly_return=draft).update(explanation="属实")
    row = row_of(draft)
    assert (row.unexplained, row.account, row.explains) == ("", "属实", "")
    say(draft, people.clerk, households=98)
    assert row_of(draft).unexplained == "原说明之后数字已改（总户数 99 → 98），请重新说明或删去"


def test_colleagues_newer_sentence_is_not_overwritten(explained, people, browse):
    answer = send(
        browse(people.clerk), explained, cell(EXPLANATION, "新城花园三月交付", ""), cell(REASON, "moved_in", "")
    )
    assert [each[1:] for each in fates(answer)] == [("conflict", SAID), ("conflict", "demolition")]


@pytest.mark.parametrize("text", ["拆迁或撤并", "x", "demolition "])
def test_reason_that_is_none_is_not_kept(text, draft, people, browse):
    answer = send(browse(people.clerk), draft, cell(REASON, text, ""))
    assert fates(answer) == [(REASON, "unreadable", "")]


WRONG = {
    "wrong": ((99, 90, 80, 60, 61), [f"#f-{CODE}-fibre_users"]),
    "missing": ((99, 90, 80, 60, None), [f"#f-{CODE}-fibre_users"]),
}


@pytest.mark.parametrize(("values", "places"), WRONG.values(), ids=WRONG)
def test_row_in_error_is_not_asked_for_a_sentence_as_well(values, places, draft, people, browse):
    fill(draft, people.clerk, *values)
    assert [fault.href for fault in row_of(draft).faults] == places
    row = rows(browse(people.clerk), draft, CODE, check=1)[0]
    assert [fault["href"] for fault in row["faults"]] == places
    assert not row["asks"] and row["notes"][EXPLANATION] == []

    fill(draft, people.clerk, *FEWER)
    assert [fault.href for fault in row_of(draft).faults] == [f"#e-{CODE}"]


def test_row_with_an_unreadable_cell_is_not_asked(draft, people, browse):
    clerk, address = browse(people.clerk), reverse("returns:return", args=[draft.pk])
    page = clerk.post(address, {f"f-{CODE}-fibre_users": "约五十"}).context["grid"]
    assert [fault.href for fault in page.rows[0].faults] == [f"#f-{CODE}-fibre_users"]
    assert not page.rows[0].wants_sentence


def test_form_without_scripts_takes_reason_and_sentence(draft, people, browse):
    clerk, address = browse(people.clerk), reverse("returns:return", args=[draft.pk])
    given = {f"f-{CODE}-reason": "demolition", f"e-{CODE}": SAID, f"was-{CODE}": f'[{",".join(map(str, FEWER))},"",""]'}
    assert clerk.post(address, given).status_code == 302
    assert row_of(draft).unexplained == ""
    again = clerk.post(address, given | {f"f-{CODE}-reason": "before"})
    assert again.status_code == 409 and "他人已选“拆迁或撤并”" in again.content.decode()


@pytest.mark.parametrize(("text", "reason"), [(f"拆迁或撤并：{SAID}", "demolition"), (SAID, "")])
def test_workbook_names_the_reason_before_the_sentence(text, reason, draft, people):
    say(draft, people.clerk, explanation=text)
    line = draft.lines.get()
    assert (line.explanation, line.reason) == (text, reason)
    assert row_of(draft).account == text
    assert row_of(draft).unexplained == ("" if reason else explanations.MISSING_REASON)


def test_reviewer_sees_reason_and_figures(explained, people, browse):
    page = browse(people.reviewer).get(reverse("returns:return", args=[report(explained, people.clerk).pk]))
    assert f"拆迁或撤并：{SAID}" in page.content.decode() and "（就总户数 99）" in page.content.decode()


def test_way_back_keeps_the_reasons_in_words(explained):
    migration = importlib.import_module("returns.migrations.0012_explanation_reasons")
    assert dict(migration.REASONS) == dict(ExplanationReason.choices)
    migration.keep_reasons_in_words(apps, None)
    assert explained.lines.get().explanation == f"拆迁或撤并：{SAID}"
