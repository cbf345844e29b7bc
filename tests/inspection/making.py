"""Reports and submissions in a state, without the way there; for tests that only look at them."""

from datetime import date

from django.utils import timezone

from acceptance import plan
from acceptance.judging.rows import written
from acceptance.models import Basis, Verdict
from accounts.models import User
from areas.models import Area
from common.digests import digest
from evidence import keeping
from inspection import collecting, required
from inspection.collecting import EvidenceUpload
from inspection.freezing import _said
from inspection.models import Evidence, FrozenVerdict, Report, Submission, Unit
from inspection.vocabulary import WITH_TOWNSHIP, EvidenceKind, ReportState, SubmissionState, UnitState
from tests.evidence.files import PNG, distinct

DAY = date(2018, 7, 20)


def make_report(area: Area, by: User, state: str = ReportState.SUBMITTED, period: str = "2018Q2") -> Report:
    """A report of a township for itself; its unit stands where such a report's units stand."""
    signed = {} if state in WITH_TOWNSHIP else {"signed_by": by, "signed_on": DAY}
    report = Report.objects.create(township=area, county=area.county, period=period, state=state, **signed)
    frozen = _frozen(report, area, by)
    unit_state = UnitState.OPEN if state in WITH_TOWNSHIP else UnitState.SENT
    title = plan.current().titles[area.kind].name
    Unit.objects.create(report=report, area=area, kind=area.kind, title=title, frozen=frozen, state=unit_state)
    return report


def _frozen(report: Report, area: Area, by: User) -> FrozenVerdict:
    verdict = Verdict.objects.create(
        county=area.county, period=report.period, plan=plan.version(plan.current()), judged_at=timezone.now(),
        superseded_at=timezone.now(), digest="0" * 64, area=area, basis=Basis.APPROVED, outcome="achieved",
        reference="none", criteria=[], inputs={},
    )  # fmt: skip
    text = written(_said(verdict))
    algorithm, value = digest(text.encode())
    return FrozenVerdict.objects.create(
        report=report, area=area, verdict=verdict, text=text, algorithm=algorithm, digest=value,
        frozen_at=timezone.now(), frozen_by=by,
    )  # fmt: skip


def make_evidence(report: Report, by: User) -> Evidence:
    """A photo that lies where evidence lies."""
    fields = keeping.keep(PNG, "a.png", Evidence)
    return Evidence.objects.create(report=report, kind=EvidenceKind.PHOTO, by=by, **fields)


def make_submission(county: str) -> Submission:
    """An announced batch, which everybody of the county may see."""
    return Submission.objects.create(
        county=county, state=SubmissionState.ANNOUNCED, batch_year=2018, batch_number=1, ratified_on=DAY,
        announced_on=DAY,
    )  # fmt: skip


def bring(report: Report, by: User) -> list[Evidence]:
    """Whatever the plan asks of the report's units that is not there, each a picture of its own."""
    made = []
    for number, lacking in enumerate(each for row in required.missing(report) for each in [row] * row.lacking):
        given = EvidenceUpload(
            f"{report.pk}-{number}.jpg", distinct(report.pk * 100 + number), lacking.kind, code=lacking.unit.area_id,
            criterion=lacking.criterion, mbps=100 if lacking.kind == EvidenceKind.SPEED_TEST else None,
        )  # fmt: skip
        made.append(collecting.add(report=report, given=given, by=by))
    return made
