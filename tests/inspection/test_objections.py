"""Objections live: raised by a return, answered in the next report, settled by whoever raised them, passed over by nobody."""

import io
import json
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts import wording
from accounts.models import AuditEntry
from common.exceptions import Refused, Stale
from inspection import compiling, examining, government, objections, reporting
from inspection.dossier import Dossier
from inspection.examining import Found
from inspection.freezing import criterion_titles
from inspection.government import UnitDecision
from inspection.models import Report, Unit, UnitObjection
from inspection.report_papers import report_paper
from inspection.vocabulary import CheckFinding, CriterionReturnReason, Decision, InspectionAction
from tests.inspection.conftest import COVERED, ON, TEXTS, XINMA
from tests.inspection.test_pages import desk, form_of, page, post, signed_in, text_of

MISSING = Found(CheckFinding.NOT_MET, CriterionReturnReason.MISSING, "缺学校照片")


@pytest.fixture
def returned(chain) -> Unit:
    """A unit that the bureau returned, with one objection of a criterion."""
    return chain.ruled(InspectionAction.RETURN, chain.taken(COVERED).units.get(), "请补充材料。", S16=MISSING)


def followed(people, unit: Unit) -> Report:
    return reporting.follow(report=unit.report, on=ON, by=people.clerk)


def hand_up(report: Report, people, **answers: str) -> None:
    given = {int(key[1:]): text for key, text in answers.items()} or None
    reporting.hand_up(report=report, version=report.version, texts=TEXTS, answers=given, by=people.clerk)


def sent_again(people, unit: Unit, answer: str = "照片已补。") -> Unit:
    """The unit in the report that follows, answered, sent and taken."""
    report = followed(people, unit)
    hand_up(report, people, **{f"u{each.pk}": answer for each in UnitObjection.objects.open()})
    reporting.send(report=report, version=report.version, on=ON, by=people.head)
    examining.take(report=report, version=report.version, by=people.reviewer)
    return report.units.select_related("report", "frozen", "area").get()


def test_return_raises_an_objection_for_each_reason(chain):
    unit = chain.taken(XINMA).units.get()
    keys = [row["key"] for row in unit.frozen.said["criteria"]]
    found = dict.fromkeys(keys, Found(CheckFinding.NOT_MET, CriterionReturnReason.SPOT_CHECK))
    found |= {keys[0]: Found(CheckFinding.MET, CriterionReturnReason.TEXT, "改第二句")}
    chain.ruled(InspectionAction.RETURN, unit, "请补正。", **found)
    said = [(each.body, each.code, each.criteria, each.text) for each in UnitObjection.objects.all()]
    assert sorted(said) == [
        ("bureau", "spot_check", keys[1:], "请补正。"),
        ("bureau", "text", keys[:1], f"请补正；{criterion_titles(unit.frozen)[keys[0]]}：改第二句"),
    ]


def test_return_as_a_whole_is_an_objection_too(chain):
    chain.ruled(InspectionAction.RETURN, chain.taken(COVERED).units.get(), "整体退回")
    objection = UnitObjection.objects.get()
    assert (objection.code, objection.criteria, objection.text) == ("other", [], "整体退回")


def test_overruling_is_no_objection(chain, people):
    unit = chain.ruled(InspectionAction.PASS, chain.taken(COVERED).units.get())
    examining.overrule(unit=unit, version=unit.version, reason="再看", by=people.bureau_head)
    assert not UnitObjection.objects.exists()


def test_report_that_does_not_answer_is_not_handed_up(returned, people):
    report = followed(people, returned)
    pk = report.pk
    with pytest.raises(
        Refused,
        match=r"有 1 条退回意见尚未答复：新马村新屋：佐证材料不足（请补充材料；点位具备光网接入能力 100%：缺学校照片）",
    ):
        hand_up(report, people)
    objection = UnitObjection.objects.get()
    for answer, said in (("  ", "尚未答复"), ("长" * 1001, "最多 1000 字")):
        with pytest.raises(Refused, match=said):
            hand_up(Report.objects.get(pk=pk), people, **{f"u{objection.pk}": answer})
    report = Report.objects.get(pk=pk)
    hand_up(report, people, **{f"u{objection.pk}": "已补照片。"})
    paper = str(report_paper(report, "1", ON))
    assert "对退回意见的答复" in paper and "缺学校照片）：已补照片。" in paper
    objection.refresh_from_db()
    assert objection.answer == "" and objection.needs_answer
    reporting.send(report=report, version=report.version, on=ON, by=people.head)
    objection.refresh_from_db()
    assert (objection.answer, objection.answered_by) == ("已补照片。", people.head)


def test_head_reads_the_answer_before_signing(returned, people):
    report = followed(people, returned)
    hand_up(report, people, **{f"u{UnitObjection.objects.get().pk}": "已补照片。"})
    said = page(signed_in(people.head), "report", report.pk)
    assert "街镇拟答复：已补照片。" in said and "已拟答复，签发后送达" in said and "待答复" not in said
    assert "退回经办" in said and 'value="withdraw"' not in said


def test_report_begun_anew_does_not_get_round_it(returned, chain, people):
    report = chain.drafted(COVERED)
    assert report.follows is None
    with pytest.raises(Refused, match="尚未答复"):
        hand_up(report, people)


def test_withdrawing_the_report_withdraws_its_answers(returned, people):
    report = followed(people, returned)
    hand_up(report, people, **{f"u{UnitObjection.objects.get().pk}": "已补照片。"})
    reporting.send(report=report, version=report.version, on=ON, by=people.head)
    reporting.withdraw(report=report, version=report.version, by=people.clerk)
    assert UnitObjection.objects.get().answered_at is None and report.answers


def test_answered_is_not_settled_and_does_not_pass(returned, chain, people):
    unit = sent_again(people, returned)
    with pytest.raises(
        Refused, match="有未了结的退回意见（佐证材料不足：请补充材料；点位具备光网接入能力 100%：缺学校照片）"
    ):
        chain.ruled(InspectionAction.PASS, unit)
    assert examining.clean(unit.report) == []
    with pytest.raises(Stale):
        examining.rule_clean(report=unit.report, versions={unit.pk: unit.version}, by=people.reviewer)
    objection = UnitObjection.objects.get()
    with pytest.raises(Refused, match="请写明了结的结论"):
        objections.settle(objection=objection, word=" ", by=people.reviewer)
    objections.settle(objection=objection, word="照片清楚，了结。", by=people.reviewer)
    with pytest.raises(Stale, match="已由王审核了结"):
        objections.settle(objection=objection, word="再来", by=people.reviewer)
    chain.ruled(InspectionAction.PASS, Unit.objects.select_related("report", "frozen").get(pk=unit.pk))
    entry = AuditEntry.objects.filter(action="objection.settle").get()
    assert wording.action_label(entry) == "了结退回意见" and "照片清楚" in wording.summary(entry)


def test_only_the_body_that_raised_it_settles(returned, people):
    objection = UnitObjection.objects.get()
    with pytest.raises(Refused, match="源潭镇尚未答复，不能了结"):
        objections.settle(objection=objection, word="算了", by=people.reviewer)
    sent_again(people, returned)
    for stranger in (people.clerk, people.government, people.leader):
        with pytest.raises(PermissionDenied):
            objections.settle(objection=objection, word="好", by=stranger)
    objections.settle(objection=objection, word="可以。", by=people.second)


def sent_down(chain, people, code: str, criteria=("S16",)) -> Unit:
    submission = chain.submitted(COVERED)
    unit = submission.units.get()
    verdicts = {unit.pk: UnitDecision(Decision.RETURNED, "请核实学校", code, criteria)}
    government.decide(submission=submission, version=submission.version, verdicts=verdicts, on=ON, by=people.government)
    return Unit.objects.select_related("report", "frozen", "area").get(pk=unit.pk)


def test_government_s_objection_is_answered_by_the_bureau_and_settled_by_the_government(chain, people):
    unit = sent_down(chain, people, CriterionReturnReason.TEXT)
    objection = UnitObjection.objects.get()
    assert (objection.body, objection.code, objection.criteria) == ("government", "text", ["S16"])
    assert "请核实学校" in AuditEntry.objects.get(action="inspection_unit.send_down").detail
    with pytest.raises(Refused, match="请先答复"):
        chain.ruled(InspectionAction.PASS, unit)
    objections.reply(objection=objection, text="文字已核。", by=people.reviewer)
    chain.confirmed(chain.ruled(InspectionAction.PASS, Unit.objects.select_related("report", "frozen").get()))
    again = compiling.compile_(county="441802", units=[Unit.objects.get()], by=people.second)
    compiling.submit(submission=again, version=again.version, on=ON, by=people.second_head)
    chain.grounded(chain.noticed(again))
    with pytest.raises(Refused, match="有 1 条退回意见尚未了结：新马村新屋：报告文字须修改（请核实学校）"):
        chain.decided(again)
    with pytest.raises(PermissionDenied):
        objections.settle(objection=objection, word="好", by=people.second_head)
    objections.settle(objection=objection, word="同意。", by=people.government)
    assert chain.decided(again).batch


def test_what_concerns_facts_goes_back_to_the_township(chain, people):
    unit = sent_down(chain, people, CriterionReturnReason.FIGURES)
    objections.reply(objection=UnitObjection.objects.get(), text="已转街镇。", by=people.reviewer)
    with pytest.raises(Refused, match="涉及事实，须退回街镇补正并答复"):
        chain.ruled(InspectionAction.PASS, unit)
    unit = Unit.objects.select_related("report", "frozen").get()
    chain.ruled(InspectionAction.RETURN, unit, "按区政府意见补正。")
    unit = sent_again(people, unit, "学校已核实。")
    own = UnitObjection.objects.get(body="bureau")
    objections.settle(objection=own, word="了结。", by=people.reviewer)
    assert chain.ruled(InspectionAction.PASS, unit).state == "vetted_pass"


def test_government_names_a_reason_and_criteria_that_are_there(chain, people):
    for code, criteria, said in (("sleepy", (), "无法识别退回原因"), ("text", ("S99",), "S99不是该单位的验收标准")):
        submission = chain.submitted(COVERED) if not Unit.objects.exists() else Unit.objects.get().submission
        unit = submission.units.get()
        verdicts = {unit.pk: UnitDecision(Decision.RETURNED, "退", code, criteria)}
        with pytest.raises(Refused, match=said):
            government.decide(
                submission=submission, version=submission.version, verdicts=verdicts, on=ON, by=people.government
            )


# ------------------------------------------------------------ 数据与现况不符


def test_figures_that_are_not_the_case_make_the_finding_not_met(chain):
    unit = chain.taken(COVERED).units.get()
    figures = Found(CheckFinding.MET, CriterionReturnReason.FIGURES)
    with pytest.raises(Refused, match=r"硬性指标“S16 .+”标为不符合"):
        chain.ruled(InspectionAction.PASS, unit, S16=figures)
    unit = chain.ruled(InspectionAction.RETURN, Unit.objects.select_related("report", "frozen").get(), S16=figures)
    assert unit.opinions.get().checks.get(criterion="S16").finding == CheckFinding.NOT_MET


def test_what_is_to_be_returned_does_not_pass(chain):
    with pytest.raises(Refused, match=r"“S16 .+”选了退回原因"):
        text = Found(CheckFinding.MET, CriterionReturnReason.TEXT)
        chain.ruled(InspectionAction.PASS, chain.taken(COVERED).units.get(), S16=text)


def test_page_shows_the_finding_that_follows(chain, people):
    unit = chain.taken(COVERED).units.get()
    data = {"finding-S16": "met", "why-S16": "figures", "decision": "pass", "version": unit.version}
    said = post(signed_in(people.reviewer), "examine", unit.pk, expect=422, **data).content.decode()
    assert 'value="not_met" checked' in said and 'value="met" checked' not in said
    again = {"finding-S16": "met", "why-S16": "figures", "decision": "return", "version": unit.version}
    for _ in range(2):
        post(signed_in(people.reviewer), "examine", unit.pk, **again)


# ------------------------------------------------------------ pages and archive


def test_objection_walks_by_pages(returned, people):
    clerk, reviewer = signed_in(people.clerk), signed_in(people.reviewer)
    post(clerk, "follow", returned.report_id)
    report, objection = Report.objects.latest("pk"), UnitObjection.objects.get()
    assert "对退回意见的答复" in page(clerk, "report", report.pk)
    data = text_of(report) | {"version": report.version, "hand_up": 1, "objection": objection.pk}
    refused = post(clerk, "report", report.pk, expect=422, **data, **{f"answer-{objection.pk}": " "})
    assert "尚未答复" in refused.content.decode()
    post(clerk, "report", report.pk, **data, **{f"answer-{objection.pk}": "照片已补。"})
    post(signed_in(people.head), "move", report.pk, version=1, action="send")
    unit = report.units.get()
    assert "照片已补。" in page(reviewer, "report", report.pk)
    post(reviewer, "move", report.pk, version=2, action="take")
    said = desk(reviewer, unit)
    assert "缺学校照片" in said and "照片已补。" in said and 'value="settle"' in said
    post(reviewer, "objection", objection.pk, act="settle", **{f"word-{objection.pk}": "了结。"})
    assert "已了结" in page(clerk, "unit", unit.pk)


def test_refused_draft_keeps_the_answers_as_typed(returned, people):
    report = followed(people, returned)
    objection = UnitObjection.objects.get()
    data = text_of(report) | {"version": 7, "save": 1, "objection": objection.pk, f"answer-{objection.pk}": "一句话"}
    assert "一句话" in post(signed_in(people.clerk), "report", report.pk, expect=409, **data).content.decode()


def test_answers_as_typed_stay_where_evidence_is_missing(returned, people):
    report = followed(people, returned)
    report.evidence.all().delete()
    objection = UnitObjection.objects.get()
    data = text_of(report) | {"version": 0, "hand_up": 1, "objection": objection.pk, f"answer-{objection.pk}": "一句话"}
    said = post(signed_in(people.clerk), "report", report.pk, expect=422, **data).content.decode()
    assert "佐证材料不齐" in said and "一句话" in said


def test_submission_and_archive_tell_of_objections(returned, chain, people):
    unit = sent_again(people, returned)
    objections.settle(objection=UnitObjection.objects.get(), word="照片清楚。", by=people.reviewer)
    unit = chain.confirmed(chain.ruled(InspectionAction.PASS, unit))
    submission = compiling.compile_(county="441802", units=[unit], by=people.second)
    assert "缺学校照片" in page(signed_in(people.second_head), "submission", submission.pk)
    held = io.BytesIO()
    Dossier(people.leader, unit).write(held)
    with zipfile.ZipFile(held) as archive:
        (said,) = json.loads(archive.read("退回意见.json"))
    assert said["code"] == "佐证材料不足" and said["了结"]["text"] == "照片清楚。" and said["区经信局答复"] is None


def test_government_returns_with_a_reason_by_page(chain, people):
    submission = chain.submitted(COVERED)
    unit = submission.units.get()
    office = signed_in(people.government)
    aside = {"unit": unit.pk, "version": unit.version, "code": "missing", "reason": "照片不清", "criteria": "S16"}
    post(office, "submission_desk", submission.pk, act="return", **aside)
    post(office, "submission_batch", submission.pk, **form_of(office, submission))
    assert UnitObjection.objects.get().criteria == ["S16"]
    assert UnitObjection.objects.get().code == "missing"
    reviewer = signed_in(people.reviewer)
    answer = reviewer.post(reverse("inspection:objection", args=[UnitObjection.objects.get().pk]), {"act": "reply"})
    assert answer.status_code == 422
