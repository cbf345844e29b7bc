"""What two people decide: a batch above the number, and a unit whose sample is not there; and no report without data."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import wording
from accounts.models import AuditEntry
from areas.models import Area
from common.exceptions import Refused, Stale
from inspection import compiling, examining, government, reporting, samples, tasks
from inspection.examining import Found, Ruling
from inspection.government import UnitDecision
from inspection.models import Opinion, Unit
from inspection.report_papers import report_paper
from inspection.samples import SampleStanding, StandingState
from inspection.vocabulary import CheckFinding, Decision, InspectionAction, ReportState, SubmissionState, UnitState
from returns.models import Return, ReturnState
from tests.inspection.conftest import COVERED, FAR, NEAR, ON, QUARTER, TEXTS, TOWN, XINMA
from tests.inspection.test_pages import desk, form_of, page, post, signed_in


def versions(report) -> dict[int, int]:
    return dict(report.units.values_list("pk", "version"))


# ------------------------------------------------------------ a batch


def test_batch_above_the_number_waits_for_a_second_person(chain, people, settings):
    settings.INSPECTION_FOUR_EYES, settings.INSPECTION_BATCH_ALONE = False, 2
    report = chain.taken(COVERED, XINMA, NEAR)
    examining.rule_clean(report=report, versions=versions(report), by=people.reviewer)
    assert set(report.units.values_list("state", flat=True)) == {UnitState.VETTED_PASS}
    with pytest.raises(Refused, match="须由他人办理"):
        people.reviewer.post = "bureau_head"
        people.reviewer.save()
        examining.confirm_clean(report=report, versions=versions(report), by=people.reviewer)
    head = signed_in(people.bureau_head)
    shown = page(head, "desk_batch", report.pk)
    assert "3 个单位：全光网自然村 2 个，全光网行政村 1 个" in shown and "3 个单位复核同意通过" in shown
    form = {"unit": list(versions(report))} | {f"version-{pk}": seen for pk, seen in versions(report).items()}
    post(head, "desk_batch", report.pk, **form)
    assert set(report.units.values_list("state", flat=True)) == {UnitState.PASSED}
    report.refresh_from_db()
    assert report.state == ReportState.DECIDED
    post(head, "desk_batch", report.pk, expect=409, **form)


def test_batch_within_the_number_is_one_person_s_where_there_are_no_four_eyes(chain, people, settings):
    settings.INSPECTION_FOUR_EYES, settings.INSPECTION_BATCH_ALONE = False, 2
    report = chain.taken(COVERED, XINMA)
    examining.rule_clean(report=report, versions=versions(report), by=people.reviewer)
    assert set(report.units.values_list("state", flat=True)) == {UnitState.PASSED}


def test_batch_is_what_the_page_showed_and_nothing_else(chain, people):
    report = chain.taken(COVERED, XINMA)
    shown = versions(report)
    for other in ({}, dict(list(shown.items())[:1]), {pk: seen + 1 for pk, seen in shown.items()}, shown | {0: 0}):
        with pytest.raises(Stale, match="有变化（现为 2 个）"):
            examining.rule_clean(report=report, versions=other, by=people.reviewer)
    assert not Opinion.objects.exists()


def test_batch_leaves_for_each_unit_what_a_single_decision_leaves(chain, people):
    report = chain.taken(COVERED, XINMA)
    steps = examining.rule_clean(report=report, versions=versions(report), by=people.reviewer)
    for unit in report.units.select_related("frozen"):
        opinion = unit.opinions.get()
        assert opinion.move == unit.moves.last() and opinion.move.version == unit.version
        assert (opinion.move.from_state, opinion.move.to_state) == (UnitState.SENT, UnitState.VETTED_PASS)
        keys = [row["key"] for row in unit.frozen.said["criteria"]]
        assert list(opinion.checks.values_list("criterion", "finding")) == [(key, CheckFinding.MET) for key in keys]
    entry = AuditEntry.objects.get(action="inspection.pass_clean")
    assert len(steps) == 2 and "新马村、新马村新屋" in wording.summary(entry) and entry.facts["count"] == 2


def test_so_many_queries_however_many_units(chain, people):
    counts = []
    for codes in ((XINMA,), (COVERED,), (NEAR, FAR)):
        report = chain.taken(*codes)
        shown = versions(report)
        with CaptureQueriesContext(connection) as asked:
            examining.rule_clean(report=report, versions=shown, by=people.reviewer)
        shown = versions(report)
        with CaptureQueriesContext(connection) as confirmed:
            examining.confirm_clean(report=report, versions=shown, by=people.bureau_head)
        counts.append((len(asked), len(confirmed)))
    assert counts[1] == counts[2]


def test_what_the_reviewer_explained_is_not_confirmed_together(chain, people):
    report = chain.taken(COVERED, XINMA)
    first, second = report.units.select_related("report", "frozen")
    chain.ruled(InspectionAction.PASS, first, "口头核实过。")
    chain.ruled(InspectionAction.PASS, second)
    assert examining.confirmable(report) == [second]


# ------------------------------------------------------------ the government's decisions


def decided(submission, by, **returned: str):
    verdicts = {
        unit.pk: UnitDecision(Decision.RETURNED, returned[unit.area_id[-3:]], "text")
        if unit.area_id[-3:] in returned
        else UnitDecision(Decision.RATIFIED)
        for unit in submission.units.all()
    }
    given = {"submission": submission, "version": submission.version, "verdicts": verdicts, "on": ON, "by": by}
    return government.decide(**given)


def test_government_decides_on_many_in_two_people(chain, people, settings):
    settings.INSPECTION_BATCH_ALONE = 1
    submission = chain.heard(COVERED, XINMA)
    assert decided(submission, people.government).action == "propose"
    assert submission.state == SubmissionState.NOTICED and not Unit.objects.ratified().exists()
    with pytest.raises(Refused, match="须由另一人核对后确认"):
        decided(submission, people.government)
    submission.refresh_from_db()
    assert decided(submission, people.second_government).action == "decide"
    assert Unit.objects.ratified().count() == 2


def test_other_decisions_are_proposed_anew(chain, people, settings):
    settings.INSPECTION_BATCH_ALONE = 1
    submission = chain.heard(COVERED, XINMA)
    decided(submission, people.government)
    assert decided(submission, people.second_government, **{XINMA[-3:]: "改文字"}).action == "propose"
    assert government.proposer(submission) == people.second_government
    assert decided(submission, people.government, **{XINMA[-3:]: "改文字"}).action == "decide"
    assert set(Unit.objects.values_list("state", flat=True)) == {UnitState.RATIFIED, UnitState.REOPENED}


def test_what_was_taken_back_is_proposed_anew(chain, people, settings):
    settings.INSPECTION_BATCH_ALONE = 1
    submission = chain.heard(COVERED, XINMA)
    decided(submission, people.government)
    compiling.recall(submission=submission, version=submission.version, reason="改", by=people.second_head)
    compiling.submit(submission=submission, version=submission.version, on=ON, by=people.second_head)
    assert decided(submission, people.second_government).action == "propose"


def test_second_person_has_the_proposal_before_her(chain, people, settings):
    settings.INSPECTION_BATCH_ALONE = 1
    submission = chain.heard(COVERED, XINMA)
    first, second = signed_in(people.government), signed_in(people.second_government)
    returned = submission.units.get(area=XINMA)
    aside = {"unit": returned.pk, "version": returned.version, "code": "text", "reason": "改文字"}
    post(first, "submission_desk", submission.pk, act="return", **aside)
    form = form_of(first, submission)
    for _ in range(2):
        post(first, "submission_batch", submission.pk, **form)
    assert "提出审定意见</button>" not in page(first, "submission_batch", submission.pk)
    assert "吴区长提出审定意见" in page(second, "submission", submission.pk)
    shown = page(second, "submission_batch", submission.pk)
    assert "同意并审定" in shown and "新马村（报告文字须修改）：改文字" in shown
    post(second, "submission_batch", submission.pk, **form_of(second, submission))
    assert Unit.objects.ratified().get().area_id == COVERED


# ------------------------------------------------------------ a unit without its sample


@pytest.fixture
def unsampled(monkeypatch):
    """The sample that every report needs is not there."""

    def standing(units):
        return {unit.pk: SampleStanding(StandingState.NONE, "尚未抽查。", "/spotcheck/") for unit in units}

    monkeypatch.setattr(samples, "standing_of", standing)


def rule(unit: Unit, people, sampling: str = "") -> Unit:
    found = {row["key"]: Found(CheckFinding.MET) for row in unit.frozen.said["criteria"]}
    ruling = Ruling(InspectionAction.PASS, found, "", sampling)
    examining.rule(unit=unit, version=unit.version, ruling=ruling, by=people.reviewer)
    return unit


def test_short_reference_passes_at_once_where_there_are_no_four_eyes(chain, settings):
    settings.INSPECTION_FOUR_EYES = False
    town = chain.ruled(InspectionAction.PASS_SHORT, chain.taken().units.get(), "逐季提高，同意。")
    assert town.state == UnitState.PASSED
    assert AuditEntry.objects.filter(action="inspection_unit.pass_short").count() == 1


@pytest.mark.parametrize("four_eyes", [False, True])
def test_unit_without_its_sample_passes_with_reasons_by_two_people(unsampled, chain, people, settings, four_eyes):
    settings.INSPECTION_FOUR_EYES = four_eyes
    unit = chain.taken(COVERED).units.select_related("report", "frozen", "area").get()
    assert examining.clean(unit.report) == []
    with pytest.raises(Refused, match="尚未抽查。仍要通过的，须由审核员、负责人分别写明理由"):
        rule(unit, people)
    unit = rule(Unit.objects.select_related("report", "frozen", "area").get(), people, "台风停电，下季补抽。")
    assert unit.state == UnitState.VETTED_PASS and examining.confirmable(unit.report) == []
    with pytest.raises(Refused, match="复核同意通过的，须写明理由"):
        examining.confirm(unit=unit, version=unit.version, by=people.bureau_head)
    address = signed_in(people.bureau_head)
    unit.refresh_from_db()
    assert "同意通过的理由" in desk(address, unit) and "尚未抽查。" in desk(address, unit)
    post(address, "examine", unit.pk, expect=422, version=unit.version, decision="confirm")
    post(address, "examine", unit.pk, version=unit.version, decision="confirm", ground="情况属实，同意。")
    unit.refresh_from_db()
    assert unit.state == UnitState.PASSED and unit.moves.last().reason == "情况属实，同意。"


def test_sound_sample_asks_for_no_reasons(chain, people, monkeypatch):
    monkeypatch.setattr(
        samples,
        "standing_of",
        lambda units: {unit.pk: SampleStanding(StandingState.PASSED, "抽查合格。", "") for unit in units},
    )
    unit = rule(chain.taken(COVERED).units.select_related("report", "frozen", "area").get(), people)
    examining.confirm(unit=unit, version=unit.version, by=people.bureau_head)
    assert (unit.state, unit.moves.last().reason) == (UnitState.PASSED, "")


# ------------------------------------------------------------ no report without data


def unapproved() -> None:
    Return.objects.filter(township=TOWN).update(state=ReturnState.SUBMITTED)


def test_without_an_approved_return_nothing_is_drafted(people):
    unapproved()
    with pytest.raises(Refused, match="源潭镇2018年第二季度季报尚未审核通过，不能申报"):
        reporting.start(township=Area.objects.get(code=TOWN), quarter=QUARTER, codes=[COVERED], on=ON, by=people.clerk)
    shown = page(signed_in(people.clerk), "new")
    assert "季报尚未审核通过" in shown and 'name="unit"' not in shown
    assert not [item for item in tasks.pending(people.clerk) if "可申报" in item.title]


def test_return_that_is_no_longer_approved_stops_the_report(chain, people):
    report = chain.drafted(COVERED)
    unapproved()
    with pytest.raises(Refused, match="季报尚未审核通过"):
        reporting.hand_up(report=report, version=report.version, texts=TEXTS, by=people.clerk)


def test_where_it_is_switched_off_nothing_speaks_of_approved_data(chain, settings):
    settings.INSPECTION_NEEDS_RETURN = False
    approved = chain.drafted(XINMA)
    assert "已审核的数据" in approved.overview and "已审核的季报" in str(report_paper(approved, "1", ON))
    unapproved()
    report = chain.drafted(COVERED)
    assert "已审核" not in report.overview + str(report_paper(report, "1", ON))
    assert "台账和网络数据" in report.overview and "台账和网络数据" in str(report_paper(report, "1", ON))
