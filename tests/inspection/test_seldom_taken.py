"""The moves of the chain that its other tests go round: each is taken, and leaves an entry that the auditor can read."""

import pytest

from accounts import wording
from accounts.models import AuditEntry
from inspection import compiling, reporting
from inspection.vocabulary import InspectionAction, ReportState, SubmissionState, UnitState
from tests.scenes import TOWN

pytestmark = pytest.mark.django_db


def last() -> tuple[str, str]:
    entry = AuditEntry.objects.first()
    return wording.action_label(entry), wording.summary(entry)


def test_head_hands_a_report_back(chain, people):
    report = chain.signing()
    reporting.hand_back(report=report, version=report.version, reason="请补充照片", by=people.head)

    assert report.state == ReportState.DRAFT
    assert last() == ("自查报告退回经办", "原因：请补充照片；状态：待签发 → 起草中；版本号：2")


def test_clerk_takes_the_figures_anew(chain, people):
    report = chain.drafted()
    reporting.refreeze(report=report, version=report.version, by=people.clerk)

    assert last()[0] == "自查报告重新取数"


def test_reviewer_proposes_to_pass_below_the_reference(chain):
    unit = chain.taken(TOWN).units.select_related("report", "frozen").get()
    chain.ruled(InspectionAction.PASS_SHORT, unit, "渗透率正在提高，拟同意。")

    assert unit.state == UnitState.VETTED_PASS
    assert last()[0] == "申报单位拟通过（渗透率未达参考值），报请复核"


def test_bureau_recalls_a_submission(chain, people):
    submission = chain.submitted()
    compiling.recall(submission=submission, version=submission.version, reason="文字有误", by=people.second_head)

    assert submission.state == SubmissionState.DRAFT
    assert last()[0] == "撤回汇总上报"
