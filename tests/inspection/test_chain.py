"""The chain from draft to batch, by actions: each step, what it refuses, and what it leaves behind."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from areas.models import AccessPoint
from common.exceptions import Refused, Stale
from inspection import compiling, examining, freezing, government, objections, reporting
from inspection.examining import Found, Ruling
from inspection.models import FrozenVerdict, InspectionMove, Report, Unit, UnitObjection
from inspection.reporting import UnitsNotReady
from inspection.vocabulary import (
    CheckFinding,
    CriterionReturnReason,
    InspectionAction,
    ReportState,
    SubmissionState,
    UnitState,
)
from tests.inspection.conftest import COVERED, FAR, ON, QUARTER, TEXTS, TOWN, XINMA, XIUXI, bring, fall


def test_draft_freezes_the_verdict_with_everything_it_rests_on(chain):
    report = chain.drafted(TOWN, COVERED)

    frozen = FrozenVerdict.objects.get(report=report, area_id=TOWN)
    assert freezing.is_intact(frozen)
    assert frozen.said["outcome"] == "achieved" and frozen.said["rules"] >= 1
    assert frozen.said["inputs"]["standards"]["S10"] == {"clause": "S10", "role": "hard", "threshold": "9/10"}
    assert frozen.said["plan"]["digest"] == frozen.verdict.plan.digest
    assert frozen.said["verdict_digest"] == frozen.verdict.digest
    assert "源潭镇" in report.overview and "全光网乡镇" in report.request


def test_frozen_verdict_that_was_changed_is_noticed(chain):
    frozen = chain.drafted().frozen.get()
    frozen.text = frozen.text.replace("achieved", "achieveD", 1)
    assert not freezing.is_intact(frozen)


def test_unit_short_of_a_hard_criterion_is_told_what_is_missing(chain, district):
    AccessPoint.objects.filter(ap_id="DX-3").delete()
    with pytest.raises(UnitsNotReady) as refusal:
        chain.drafted(TOWN, XIUXI)
    assert [fault.area.code for fault in refusal.value.faults] == [TOWN, XIUXI]
    assert refusal.value.faults[0].sentence == "源潭镇未达标，差距：再建成 1 个全光网行政村。"
    assert not Report.objects.exists()


def test_undetermined_unit_is_told_which_figure_decides(chain, district):
    from areas.models import Site

    Site.objects.filter(site_id="S-2").update(lon=None, lat=None)
    with pytest.raises(UnitsNotReady) as refusal:
        chain.drafted(FAR)
    assert "数据不全" in refusal.value.faults[0].sentence and "点位" in refusal.value.faults[0].sentence


def test_unit_that_fell_after_the_draft_cannot_be_handed_up(chain, people):
    report = chain.drafted()
    fall()
    with pytest.raises(UnitsNotReady):
        reporting.hand_up(report=report, version=report.version, texts=TEXTS, by=people.clerk)
    assert Report.objects.get().state == ReportState.DRAFT


def test_neighbour_and_bureau_cannot_write_for_the_town(chain, people):
    for stranger in (people.neighbour, people.reviewer, people.government, people.head):
        with pytest.raises(PermissionDenied):
            reporting.start(township=people.clerk.area, quarter=QUARTER, codes=[TOWN], on=ON, by=stranger)


def test_running_quarter_cannot_be_reported(people):
    with pytest.raises(Refused, match="尚未结束"):
        reporting.start(township=people.clerk.area, quarter=QUARTER, codes=[TOWN], on=QUARTER.last_day, by=people.clerk)


def test_another_town_s_village_is_refused(chain):
    with pytest.raises(Refused, match="不是源潭镇"):
        chain.drafted("441802006001101")


def test_unit_is_under_way_once(chain):
    chain.drafted(COVERED)
    with pytest.raises(Stale, match="已在申报"):
        chain.drafted(COVERED)


def test_township_changes_its_choice(chain, people):
    report = chain.drafted(TOWN, COVERED)
    reporting.choose(report=report, version=0, codes=[COVERED, XINMA], by=people.clerk)
    assert [unit.area_id for unit in reporting.drafted(report)] == [XINMA, COVERED]
    reporting.choose(report=report, version=1, codes=[TOWN], by=people.clerk)
    assert [unit.area_id for unit in reporting.drafted(report)] == [TOWN]


def test_nobody_signs_what_he_wrote_and_a_sent_report_is_signed(chain, people):
    report = chain.sent()
    assert (report.state, report.signed_by, report.signed_on) == (ReportState.SUBMITTED, people.head, ON)
    assert report.units.get().state == UnitState.SENT
    with pytest.raises(PermissionDenied):
        reporting.send(report=report, version=report.version, on=ON, by=people.clerk)


def test_handing_back_needs_a_reason(chain, people):
    report = chain.signing()
    with pytest.raises(Refused, match="必须写明原因"):
        reporting.hand_back(report=report, version=report.version, reason=" ", by=people.head)


def test_withdrawn_until_taken(chain, people):
    report = chain.sent()
    reporting.withdraw(report=report, version=report.version, by=people.clerk)
    assert (report.state, report.signed_by) == (ReportState.DRAFT, None)
    assert report.units.get().state == UnitState.OPEN
    taken = chain.taken(COVERED)
    with pytest.raises(Stale, match=r"王审核于.*已办理“受理审核”"):
        reporting.withdraw(report=taken, version=taken.version, by=people.clerk)


def test_who_had_a_hand_in_it_does_not_examine(chain, people):
    report = chain.sent()
    people.clerk.post, people.clerk.area_id = "reviewer", "441802"
    people.clerk.save()
    with pytest.raises(
        Refused,
        match=r"2018年7月20日办理过源潭镇的“起草自查报告”（申报），同一单位的审核须由他人办理。可由周局长、王审核、赵审核等 4 人办理。",
    ):
        examining.take(report=report, version=report.version, by=people.clerk)


def test_only_the_named_reviewer_decides(chain, people):
    unit = chain.taken(COVERED).units.get()
    with pytest.raises(Refused, match="由王审核受理"):
        chain.ruled(InspectionAction.PASS, unit, by=people.second)
    examining.take(report=unit.report, version=unit.report.version, by=people.second)
    chain.ruled(InspectionAction.PASS, unit, by=people.second)


def test_passing_the_last_unit_concludes_the_report(chain, people, settings):
    settings.INSPECTION_FOUR_EYES = False
    report = chain.taken(COVERED, XINMA)
    first, second = report.units.order_by("area_id")
    chain.ruled(InspectionAction.PASS, first)
    assert Report.objects.get().state == ReportState.EXAMINING
    chain.ruled(InspectionAction.REFUSE, second, "现场核实不符")
    assert Report.objects.get().state == ReportState.DECIDED
    assert [move.action for move in report.moves.all()] == ["start", "hand_up", "send", "take", "conclude"]


def test_short_reference_needs_its_own_decision_and_a_reason(chain):
    unit = chain.taken(TOWN).units.get()
    assert unit.frozen.reference == "short"
    with pytest.raises(Refused, match="须写明理由"):
        chain.ruled(InspectionAction.PASS, unit)
    with pytest.raises(Refused, match="必须写明原因"):
        chain.ruled(InspectionAction.PASS_SHORT, Unit.objects.get())
    unit = chain.ruled(InspectionAction.PASS_SHORT, Unit.objects.get(), "渗透率逐季提高")
    assert unit.state == UnitState.VETTED_PASS
    assert unit.moves.last().reason == "渗透率逐季提高"


def test_hard_criterion_found_not_met_cannot_pass(chain):
    unit = chain.taken(COVERED).units.get()
    with pytest.raises(Refused, match="S16"):
        chain.ruled(InspectionAction.PASS, unit, S16=Found(CheckFinding.NOT_MET))


def test_return_names_criteria_with_coded_reasons(chain):
    unit = chain.taken(COVERED).units.get()
    with pytest.raises(Refused, match="退回补正须指明"):
        chain.ruled(InspectionAction.RETURN, unit)
    with pytest.raises(Refused, match="须写明说明"):
        chain.ruled(InspectionAction.RETURN, unit, S16=Found(CheckFinding.NOT_MET, CriterionReturnReason.OTHER))
    chain.ruled(
        InspectionAction.RETURN, unit, S16=Found(CheckFinding.NOT_MET, CriterionReturnReason.MISSING, "缺学校照片")
    )
    assert unit.moves.last().reason == "S16 点位具备光网接入能力 100%：佐证材料不足（缺学校照片）"


def test_what_came_back_is_reported_anew_and_the_old_report_stays(chain, people):
    unit = chain.taken(COVERED).units.get()
    chain.ruled(InspectionAction.RETURN, unit, "照片不清楚")
    new = reporting.follow(report=unit.report, on=ON, by=people.clerk)
    assert (new.follows, new.state, new.overview) == (unit.report, ReportState.DRAFT, TEXTS.overview)
    assert [each.area_id for each in new.units.all()] == [COVERED]
    assert Unit.objects.get(pk=unit.pk).state == UnitState.RETURNED
    with pytest.raises(Refused, match="已经另行申报"):
        reporting.follow(report=unit.report, on=ON, by=people.clerk)


def test_report_that_follows_names_its_own_units_only(chain, people):
    """What the portal drafted is drafted anew; what the township worded itself stays."""
    report = chain.drafted(COVERED, XINMA)
    assert "共 2 个" in report.overview and "新马村为" in report.request
    bring(report, people.clerk)
    texts = reporting.Texts(report.overview, "渗透率偏低。", report.request)
    reporting.hand_up(report=report, version=report.version, texts=texts, by=people.clerk)
    reporting.send(report=report, version=report.version, on=ON, by=people.head)
    examining.take(report=report, version=report.version, by=people.reviewer)
    unit = report.units.select_related("report", "frozen", "area").get(area=COVERED)
    chain.ruled(InspectionAction.RETURN, unit, "照片不清楚。")
    new = reporting.follow(report=report, on=ON, by=people.clerk)
    assert "共 1 个" in new.overview and "新马村新屋为" in new.request and "新马村为" not in new.request
    assert new.problems == "渗透率偏低。"


def test_all_criteria_without_a_finding_are_named_at_once(chain, people):
    unit = chain.taken(TOWN).units.get()
    with pytest.raises(Refused, match=r"请选择符合或不符合：S10 .+；S11 .+。"):
        examining.rule(unit=unit, version=unit.version, ruling=Ruling(InspectionAction.PASS, {}), by=people.reviewer)


def test_unit_that_fell_since_the_freeze_passes_only_with_a_reason(chain):
    unit = chain.taken(TOWN).units.get()
    fall()
    with pytest.raises(Refused, match="必须写明原因"):
        chain.ruled(InspectionAction.PASS_SHORT, unit)
    change = freezing.changes([unit])[unit.pk]
    assert change.is_fallen and set(change.criteria) == {"S10"}
    chain.ruled(InspectionAction.PASS_SHORT, unit, "接入点属割接停用，已恢复")


def test_four_eyes(chain, people):
    unit = chain.taken(COVERED).units.get()
    chain.ruled(InspectionAction.PASS, unit)
    assert unit.state == UnitState.VETTED_PASS and unit.report.state == ReportState.EXAMINING
    with pytest.raises(PermissionDenied):
        examining.confirm(unit=unit, version=unit.version, by=people.second)
    examining.overrule(unit=unit, version=unit.version, reason="请补看照片", by=people.bureau_head)
    chain.ruled(InspectionAction.REFUSE, unit, "点位不实")
    examining.confirm(unit=unit, version=unit.version, by=people.bureau_head)
    assert Unit.objects.get().state == UnitState.REFUSED and Report.objects.get().state == ReportState.DECIDED


def test_who_decided_does_not_confirm(chain, people):
    report = chain.sent(COVERED)
    examining.take(report=report, version=report.version, by=people.bureau_head)
    unit = chain.ruled(InspectionAction.PASS, report.units.get(), by=people.bureau_head)
    with pytest.raises(Refused, match="同一单位的复核须由他人办理。可由郑副局长办理。"):
        examining.confirm(unit=unit, version=unit.version, by=people.bureau_head)


def test_clean_units_pass_together(chain, people):
    report = chain.taken(TOWN, COVERED, XINMA)
    versions = dict(report.units.exclude(area=TOWN).values_list("pk", "version"))
    examining.rule_clean(report=report, versions=versions, by=people.reviewer)
    assert dict(report.units.values_list("area_id", "state")) == {
        TOWN: UnitState.SENT,
        XINMA: UnitState.VETTED_PASS,
        COVERED: UnitState.VETTED_PASS,
    }


def test_batch_gets_number_and_date(chain, people):
    submission = chain.ratified(TOWN, COVERED)
    assert (submission.state, submission.batch, submission.ratified_on) == (SubmissionState.RATIFIED, "2018年第1批", ON)
    assert {unit.area_id for unit in Unit.objects.ratified()} == {TOWN, COVERED}
    government.announce(submission=submission, version=submission.version, on=ON, by=people.government)
    assert submission.state == SubmissionState.ANNOUNCED
    assert chain.ratified(XINMA).batch == "2018年第2批"


def test_government_returns_a_unit_and_the_bureau_decides_again(chain, people):
    submission = chain.heard(TOWN, COVERED)
    unit = Unit.objects.get(area_id=COVERED)
    with pytest.raises(Refused, match="退回必须写明原因"):
        chain.decided(submission, **{f"u{unit.pk}": " "})
    chain.decided(submission, **{f"u{unit.pk}": "请补充村民代表意见"})
    unit = Unit.objects.get(area_id=COVERED)
    assert unit.state == UnitState.REOPENED and unit.report.state == ReportState.EXAMINING
    assert submission.entries.get(unit=unit).reason == "请补充村民代表意见"
    objection = UnitObjection.objects.get(unit=unit)
    objections.reply(objection=objection, text="村民代表意见已补。", by=people.reviewer)
    chain.confirmed(chain.ruled(InspectionAction.PASS, unit))
    again = compiling.compile_(county="441802", units=[unit], by=people.second)
    compiling.submit(submission=again, version=again.version, on=ON, by=people.second_head)
    objections.settle(objection=objection, word="同意。", by=people.government)
    assert chain.decided(chain.grounded(chain.noticed(again))).batch == "2018年第2批"


def test_submission_turned_down_whole_has_no_number(chain):
    submission = chain.submitted(COVERED)
    unit = submission.units.get()
    chain.decided(submission, **{f"u{unit.pk}": "材料不全"})
    assert (submission.state, submission.batch) == (SubmissionState.TURNED_DOWN, "")


def test_bureau_changes_and_abandons_a_submission(chain, people):
    submission = chain.compiled(TOWN, COVERED)
    kept = submission.units.get(area_id=COVERED)
    compiling.edit(submission=submission, version=0, opinion="改", kept=[kept.pk], added=[], by=people.second)
    assert [unit.area_id for unit in compiling.awaiting("441802")] == [TOWN]
    compiling.abandon(submission=submission, version=1, reason="重新组织", by=people.second)
    assert len(compiling.awaiting("441802")) == 2


def test_title_ends_with_a_reason_and_may_be_earned_again(chain, people):
    chain.ratified(COVERED)
    unit = Unit.objects.ratified().get()
    with pytest.raises(Refused, match="必须写明原因"):
        government.end_title(unit=unit, reason="", by=people.government)
    government.end_title(unit=unit, reason="复核不合格", by=people.government)
    assert chain.drafted(COVERED).units.get().state == UnitState.OPEN


def test_stale_decision_says_what_changed(chain, people):
    unit = chain.taken(COVERED).units.get()
    seen = unit.version
    chain.ruled(InspectionAction.PASS, unit)
    unit = Unit.objects.get(pk=unit.pk)
    unit.version = seen
    with pytest.raises(Stale, match=r"王审核于.*已办理“拟通过，报请复核”"):
        chain.ruled(InspectionAction.RETURN, unit, "晚了")
    with pytest.raises(Stale):
        compiling.compile_(county="441802", units=[unit, *chain.taken(XINMA).units.all()], by=people.second)


def test_every_move_is_in_the_audit_trail(chain):
    chain.ratified(COVERED)
    said = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"inspection.start", "inspection.send", "inspection_unit.confirm_pass", "submission.decide"} <= said


@pytest.mark.parametrize(
    "action", ["hand_back", "return", "refuse", "pass_short", "send_down", "turn_down", "end_title"]
)
def test_database_refuses_a_move_without_its_reason(chain, people, action):
    report = chain.drafted()
    with pytest.raises(IntegrityError), transaction.atomic():
        InspectionMove.objects.create(report=report, action=action, to_state="x", by=people.clerk, version=9)


@pytest.mark.parametrize("spoil", [lambda row: row.save(), lambda row: row.delete()])
def test_history_is_append_only(chain, spoil):
    unit = chain.taken(COVERED).units.get()
    chain.ruled(InspectionAction.PASS, unit)
    opinion = unit.opinions.get()
    for row in (unit.moves.last(), unit.frozen, opinion.checks.get(), opinion):
        with pytest.raises((IntegrityError, Exception), match=r"不能修改或删除|protected"), transaction.atomic():
            spoil(row)
