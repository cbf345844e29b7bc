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
from inspection.models import (
    Evidence,
    FrozenVerdict,
    PublicNotice,
    PublicObjection,
    PublicObjector,
    Report,
    Submission,
    Unit,
)
from inspection.vocabulary import WITH_TOWNSHIP, EvidenceKind, ObjectionWay, ReportState, SubmissionState, UnitState
from papers.document import Paper, to_json
from papers.models import Document
from tests.evidence.files import PNG, distinct

DAY = date(2018, 7, 20)


def make_report(area: Area, by: User, state: str = ReportState.SUBMITTED, period: str = "2018Q2") -> Report:
    """A report of a township for itself; its unit stands where such a report's units stand."""
    signed = {} if state in WITH_TOWNSHIP else {"signed_by": by, "signed_on": DAY}
    report = Report.objects.create(township=area, county=area.county, period=period, state=state, **signed)
    frozen = freeze_for(report, area, by)
    unit_state = UnitState.OPEN if state in WITH_TOWNSHIP else UnitState.SENT
    title = plan.current().titles[area.kind].name
    Unit.objects.create(report=report, area=area, kind=area.kind, title=title, frozen=frozen, state=unit_state)
    return report


def freeze_for(report: Report, area: Area, by: User) -> FrozenVerdict:
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


def make_notice(county: str, by: User) -> PublicNotice:
    """A list that stands before the public, without units."""
    submission = Submission.objects.create(county=county, state=SubmissionState.NOTICED, submitted_on=DAY)
    document = Document.objects.create(
        kind="notice", area_id=county, issuer="区政府", subject="公示", issued_on=DAY, issued_at=timezone.now(), by=by,
        paper=to_json(Paper("公示", ())), digest="0" * 64,
    )  # fmt: skip
    said = {"issuer": "区政府", "office": "区经信局", "phones": ["0763-3366001"], "units": []}
    return PublicNotice.objects.create(
        submission=submission, token=county.zfill(16), document=document, noticed_on=DAY, until=DAY, days=5, said=said,
        by=by,
    )  # fmt: skip


def make_public_objection(county: str, by: User) -> PublicObjection:
    """An objection to such a list that nobody has answered."""
    objection = PublicObjection.objects.create(
        notice=make_notice(county, by), way=ObjectionWay.LETTER, received_on=DAY, text="不同意", entered_by=by
    )
    PublicObjector.objects.create(objection=objection)
    return objection


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
