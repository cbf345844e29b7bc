"""The post 配合单位: what an authority sees, how it answers what was passed to it, and who answers on its behalf."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.posts import ROLE_GRANTS, Post
from inbox import items
from problems import actions, cases
from problems.authorities import WORDS, authority_of
from problems.models import CaseReferral, FeeCase, Problem
from problems.vocabulary import CaseAuthority
from tests.problems.test_cases import case, posted
from tests.problems.test_pages import text_of, upload
from tests.scenes import TOWN

__all__ = ["case"]

ANSWER = {"text": "已约谈，责令退还。", "on": "2018-07-10", "paper": "清市监函〔2018〕3号"}


@pytest.fixture
def authority(people, make_user):
    return make_user(Post.AUTHORITY, area=TOWN, unit="清城区市场监督管理局")


@pytest.fixture
def referral(people, case) -> CaseReferral:
    return cases.refer(problem=case, authority="market", on=date(2018, 7, 9), by=people["bureau"])


@pytest.mark.parametrize(
    ("post", "unit", "found"),
    [
        (Post.AUTHORITY, "区工商局", "market"),
        (Post.AUTHORITY, "区市场监督管理局", "market"),
        (Post.AUTHORITY, "区发展和改革局", "reform"),
        (Post.AUTHORITY, "清远市通信建设管理办公室", "telecom"),
        (Post.AUTHORITY, "区公安分局", None),
        (Post.AUTHORITY, "", None),
        (Post.LEAD_UNIT, "区住房和城乡建设局", "housing"),
        (Post.LEAD_UNIT, "区科学技术协会", None),
        (Post.REVIEWER, "区市场监管局", None),
    ],
)
def test_authority_follows_from_the_name_of_the_unit(make_user, post, unit, found):
    assert authority_of(make_user(post, unit=unit)) == found
    assert WORDS.keys() == set(CaseAuthority) and len(ROLE_GRANTS[Post.AUTHORITY].powers) == 2


def test_sees_what_was_passed_to_it_and_nothing_else(client, people, authority, make_user, write, case):
    other, own = write(), case
    client.force_login(authority)
    assert client.get(own.get_absolute_url()).status_code == 404
    cases.refer(problem=own, authority="market", on=date(2018, 7, 9), by=people["bureau"])

    assert list(Problem.objects.visible_to(authority)) == [own]
    page = text_of(client.get(own.get_absolute_url()))
    assert "物业要求先交进场费" in page and "林某" not in page and "销号</h2>" not in page
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.get(reverse("problems:file", args=[own.files.get().pk])).status_code == 200
    assert client.post(reverse("problems:reporter", args=[own.pk])).status_code == 403
    for address in ("/progress/", "/map/", reverse("areas:areas"), reverse("problems:new")):
        assert client.get(address).status_code == 403
    assert "移送案件" in text_of(client.get("/"))

    for unit, area in (("区发展改革局", TOWN), ("连州市场监管局", "441882100")):
        stranger = make_user(Post.AUTHORITY, area=area, unit=unit)
        assert not Problem.objects.visible_to(stranger).exists()


def test_answers_itself_with_number_outcome_refund_and_papers(client, people, authority, referral, case):
    assert [row.item.title for row in items.of(authority).mine] == ["移送案件 1 个待反馈"]
    client.force_login(authority)
    assert case.get_absolute_url() in text_of(client.get(reverse("problems:index"), {"side": "referred"}))
    form = ANSWER | {"outcome": "refunded", "refund": "12000.50", "refunded_on": "2018-07-10"}
    posted(client, "answered", referral.pk, files=[upload(name="函.png")], **form)

    referral.refresh_from_db()
    assert (referral.is_own, referral.paper, referral.refund) == (True, "清市监函〔2018〕3号", Decimal("12000.50"))
    assert case.files.get(role="answer").by == authority and items.of(authority).mine == []
    assert AuditEntry.objects.get(action="case.answer").facts["is_own"] is True
    assert FeeCase.objects.get().outcome == ""
    client.force_login(people["bureau"])
    page = text_of(client.get(case.get_absolute_url()))
    assert "代为登记" not in page and 'value="12000.50"' in page
    client.force_login(authority)
    posted(client, "answered", referral.pk, 409, **ANSWER)


def test_on_behalf_it_is_said_so(client, people, referral, case):
    client.force_login(people["bureau"])
    assert "代工商（市场监管）部门登记反馈" in text_of(client.get(case.get_absolute_url()))
    posted(client, "answered", referral.pk, **ANSWER)

    referral.refresh_from_db()
    assert referral.is_own is False
    assert f"{people['bureau'].name}代为登记" in text_of(client.get(case.get_absolute_url()))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"outcome": "refunded"}, "请填写退还金额和日期"),
        ({"outcome": "refunded", "refund": "13000", "refunded_on": "2018-07-10"}, "大于收费金额 12000.50 元"),
        ({"outcome": "gone"}, "没有该选项"),
        ({"text": ""}, "请填写反馈内容"),
        ({"on": "2018-07-11"}, "和今天之间"),
    ],
)
def test_answer_that_does_not_fit_is_refused_and_not_lost(client, authority, referral, change, sentence):
    client.force_login(authority)
    page = posted(client, "answered", referral.pk, 422, **ANSWER | change)

    assert sentence in page and "清市监函〔2018〕3号" in page
    assert CaseReferral.objects.get().answered_on is None


def test_of_another_authority_or_a_closed_case_nothing_is_answered(client, people, authority, referral, case):
    housing = cases.refer(problem=case, authority="housing", on=date(2018, 7, 9), by=people["bureau"])
    with pytest.raises(actions.Refused, match="不由您的单位办理"):
        cases.answer(referral=housing, text="已办", on=date(2018, 7, 10), by=authority)
    Problem.objects.filter(pk=case.pk).update(state="closed")
    with pytest.raises(actions.Refused, match="已销号"):
        cases.answer(referral=referral, text="已办", on=date(2018, 7, 10), by=authority)
    assert items.of(authority).mine == []
