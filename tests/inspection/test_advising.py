"""A second opinion: asked of a named colleague, and waited for."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts import wording
from accounts.models import AuditEntry
from common.exceptions import Refused, Stale
from inspection import advising, examining, tasks
from inspection.models import SecondOpinion, Unit
from inspection.vocabulary import InspectionAction
from tests.inspection.conftest import COVERED, XINMA
from tests.inspection.test_pages import desk, page, post, signed_in


@pytest.fixture
def unit(chain) -> Unit:
    return chain.taken(COVERED).units.select_related("report", "area").get()


def asked(unit: Unit, people, question: str = "覆盖是否属实？") -> SecondOpinion:
    return advising.ask(unit=unit, version=unit.version, asked=people.second, question=question, by=people.reviewer)


def test_who_asks_waits(unit, chain, people):
    opinion = asked(unit, people)
    with pytest.raises(Refused, match="已由王审核提请赵审核会商，尚未答复"):
        chain.ruled(InspectionAction.PASS, unit)
    with pytest.raises(Refused, match="尚未答复"):
        chain.ruled(InspectionAction.RETURN, unit, "照片不清楚")
    assert examining.clean(unit.report) == []
    with pytest.raises(PermissionDenied):
        advising.answer(opinion=opinion, text="属实", by=people.bureau_head)
    advising.answer(opinion=opinion, text="现场看过，属实。", by=people.second)
    with pytest.raises(Stale, match="已答复或已撤回"):
        advising.answer(opinion=opinion, text="再说", by=people.second)
    chain.ruled(InspectionAction.PASS, unit)


def test_question_is_withdrawn_with_a_reason(unit, chain, people):
    opinion = asked(unit, people)
    with pytest.raises(Refused, match="撤回会商须写明原因"):
        advising.withdraw(opinion=opinion, reason=" ", by=people.reviewer)
    with pytest.raises(PermissionDenied):
        advising.withdraw(opinion=opinion, reason="不问了", by=people.second)
    advising.withdraw(opinion=opinion, reason="另行核实", by=people.reviewer)
    chain.ruled(InspectionAction.PASS, unit)
    said = [wording.action_label(each) for each in AuditEntry.objects.filter(action__startswith="second_opinion")]
    assert said == ["撤回会商", "提请会商"]


def test_who_is_asked_is_a_colleague_and_not_of_the_township_s_side(unit, people):
    for nobody in (None, people.reviewer, people.clerk, people.government, people.leader):
        with pytest.raises(Refused, match="请选择会商人"):
            advising.ask(unit=unit, version=unit.version, asked=nobody, question="?", by=people.reviewer)
    people.head.post, people.head.area_id = "reviewer", "441802"
    people.head.save()
    with pytest.raises(Refused, match="请选择会商人"):
        advising.ask(unit=unit, version=unit.version, asked=people.head, question="?", by=people.reviewer)
    with pytest.raises(Refused, match="请写明提请会商的问题"):
        asked(unit, people, " ")
    with pytest.raises(Refused, match="不由您受理"):
        advising.ask(unit=unit, version=unit.version, asked=people.bureau_head, question="?", by=people.second)
    asked(unit, people)
    with pytest.raises(Stale, match="已提请会商"):
        asked(unit, people)


def test_decided_unit_is_not_asked_about(unit, chain, people):
    chain.ruled(InspectionAction.PASS, unit)
    with pytest.raises(Stale, match="未提请会商"):
        advising.ask(unit=unit, version=unit.version, asked=people.second, question="?", by=people.reviewer)


def test_it_stands_in_the_inbox_of_who_was_asked(unit, people):
    asked(unit, people)
    said = {
        person.name: [(item.title, item.who) for item in tasks.pending(person) if "会商" in item.title]
        for person in (people.second, people.reviewer, people.bureau_head)
    }
    assert said == {"赵审核": [("新马村新屋会商", "")], "王审核": [("新马村新屋会商", "赵审核")], "周局长": []}


def test_pages_ask_and_answer(unit, chain, people):
    reviewer, second = signed_in(people.reviewer), signed_in(people.second)
    assert "提请会商" in desk(reviewer, unit)
    post(
        reviewer, "second_opinion", unit.pk, act="ask", version=unit.version, asked=people.second.pk, question="属实？"
    )
    said = page(second, "unit", unit.pk)
    assert "属实？" in said and 'value="answer"' in said and 'value="withdraw"' not in said
    opinion = SecondOpinion.objects.get()
    post(second, "second_opinion", unit.pk, act="answer", opinion=opinion.pk, answer="属实。", expect=302)
    assert "属实。" in desk(reviewer, unit)
    assert "属实。" not in page(signed_in(people.clerk), "unit", unit.pk)
    assert not re.search(rf"{XINMA}\b", said)


def test_desk_offers_no_decision_while_somebody_is_asked(unit, people):
    reviewer = signed_in(people.reviewer)
    assert "逐条审核" in desk(reviewer, unit)
    asked(unit, people)
    said = desk(reviewer, unit)
    assert "已提请赵审核会商，答复或撤回之前不能作出决定。" in said and "逐条审核" not in said


def test_refused_question_is_shown_and_leads_back_to_the_desk(unit, people):
    reviewer = signed_in(people.reviewer)
    answer = post(
        reviewer, "second_opinion", unit.pk, act="ask", version=unit.version, asked="", question="属实？", expect=422
    )
    said = answer.content.decode()
    assert "请选择会商人" in said and "属实？" in said
    assert f'href="{reverse("inspection:examine", args=[unit.pk])}"' in said
