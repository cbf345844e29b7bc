"""An entry of the trail in words: whatever stands in it is shown, and what nobody has named is noticed by the tests."""

import json

import pytest

from accounts import wording
from accounts.models import AuditEntry
from tests.audit_words import unworded


def entry(action: str, subject: str, detail: dict, by: str = "") -> AuditEntry:
    return AuditEntry(action=action, subject_type=subject, detail=json.dumps(detail), result="ok", username=by)


@pytest.mark.parametrize(
    ("subject", "detail", "name", "text"),
    [
        ("returns.return", {"lines": 25}, "行数", "25"),
        ("returns.return", {"state": ["draft", "submitted"]}, "状态", "草稿 → 已报送"),
        ("spotcheck.item", {"sha256": []}, "文件摘要", "（空）"),
        ("spotcheck.item", {"sha256": ["a1", "b2"]}, "文件摘要", "a1、b2"),
        ("", {"rows": {"areas": 3, "sites": 0}}, "条数", "区域 3，点位 0"),
        ("", {"rows": {}}, "条数", "（空）"),
        ("accounts.token", {"expires_at": "2019-04-08T16:30:00Z"}, "到期时间", "2019-04-09 00:30"),
        ("accounts.token", {"expires_at": "2019-13-40T00:00:00Z"}, "到期时间", "2019-13-40T00:00:00Z"),
        ("accounts.token", {"expires_at": [None, {"a": [[], {}]}]}, "到期时间", "（空） → a （空） → （空）"),
        ("accounts.user", {"begun_at": "2026-11-30T16:29:47.256Z"}, "登录时间", "2026-12-01 00:29"),
        ("areas.area", {"period": "2019Q1"}, "季度", "2019年第一季度"),
        ("no.such", {"x": [[1, [2]], {"y": True}, None]}, "x", "1、2、y 是、（空）"),
    ],
)
def test_detail_is_shown_whatever_it_is(subject, detail, name, text):
    assert wording.changes(entry("return.open", subject, detail)) == [(name, text)]


@pytest.mark.parametrize(
    ("action", "detail", "problem"),
    [
        ("return.shred", {}, "no word for the action return.shred"),
        ("return.open", {"weight": 3}, "return.open: no name for weight"),
        ("return.open", {"rows": {"weights": 3}}, "return.open: no name for weights"),
        ("return.open", {"rows": {"areas": "odd_one"}}, "return.open: areas is shown as odd_one"),
        ("return.open", {"state": ["draft", "lost"]}, "return.open: state is shown as lost"),
    ],
)
def test_detail_in_no_words_of_the_auditor_is_noticed(action, detail, problem):
    assert unworded(entry(action, "returns.return", detail)) == [problem]


def test_doer_without_a_chinese_name_is_noticed():
    assert unworded(entry("package.import", "", {}, by="import_package")) == ["package.import: done by import_package"]


def test_explanation_of_a_village_is_not_called_that_of_the_sum():
    saved = entry("return.save", "returns.return", {"441802106207": {"explanation": ["", "属实"]}})

    assert wording.summary(saved) == "441802106207：说明 （空） → 属实"


def test_place_of_a_figure_is_named_to_whoever_has_no_register(make_area):
    make_area("441802009001", "横荷社区")
    told = entry("return.save", "returns.return", {"441802009001": {"fibre_users": [1618, 1624]}, "lines": 1})

    assert wording.changes(told, wording.places(told))[0] == ("横荷社区（441802009001）", "光网用户数 1618 → 1624")
    assert wording.changes(told)[0][0] == "441802009001"
