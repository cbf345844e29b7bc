"""Certificates without the way of the whole chain: the least that the database takes, for tests of addresses and sizes."""

from datetime import date

from django.utils import timezone

from acceptance.models import Basis, PlanVersion, Verdict
from accounts.models import User
from accounts.posts import Post
from areas.models import Area
from inspection.models import FrozenVerdict, Report, Submission, Unit
from inspection.vocabulary import ReportState, SubmissionState, UnitState
from reports.certificates.models import (
    Certificate,
    CertificateState,
    Withdrawal,
    WithdrawalGround,
    WithdrawalState,
)

PERIOD, RATIFIED_ON, ISSUED_ON = "2018Q2", date(2018, 8, 1), date(2018, 8, 15)


def make_ratified(areas: list[Area], by: User) -> list[Unit]:
    """A ratified unit for each area, in one batch; the areas lie in one county."""
    county, at = areas[0].county, timezone.now()
    plan, _ = PlanVersion.objects.get_or_create(digest="0" * 64, defaults={"key": "plan", "text": 'name = "方案"'})
    submission = Submission.objects.create(
        county=county, state=SubmissionState.RATIFIED, batch_year=2018, ratified_on=RATIFIED_ON,
        batch_number=Submission.objects.filter(county=county).count() + 1,
    )  # fmt: skip
    report = Report.objects.create(
        township_id=areas[0].code[:9], county=county, period=PERIOD, state=ReportState.DECIDED, signed_by=by,
        signed_on=RATIFIED_ON,
    )  # fmt: skip
    judged = {"county": county, "period": PERIOD, "plan": plan, "judged_at": at, "digest": "1" * 64}
    said = {"basis": Basis.APPROVED, "outcome": "achieved", "reference": "none", "criteria": [{"key": "S16"}]}
    verdicts = Verdict.objects.bulk_create(Verdict(area=area, **judged, **said) for area in areas)
    frozen = FrozenVerdict.objects.bulk_create(
        FrozenVerdict(
            report=report, area_id=each.area_id, verdict=each, text="{}", algorithm="sha256", digest="2" * 64,
            frozen_at=at, frozen_by=by,
        )
        for each in verdicts
    )  # fmt: skip
    return Unit.objects.bulk_create(
        Unit(
            report=report, area=area, kind=area.kind, title="全光网自然村", frozen=each, state=UnitState.RATIFIED,
            submission=submission, ratified_on=RATIFIED_ON,
        )
        for area, each in zip(areas, frozen, strict=True)
    )  # fmt: skip


def make_certificate(area: Area) -> Certificate:
    """A valid certificate of the area, number 1 of its county's title and year."""
    by = User.objects.filter(post=Post.GOVERNMENT).first() or User.objects.create_user(
        "maker", name="测试", post=Post.GOVERNMENT, area_id=area.county
    )
    unit = make_ratified([area], by)[0]
    return Certificate.objects.create(
        number=f"{area.code}〔2018〕1号", year=2018, serial=1, unit=unit, area=area, county=area.county, kind=area.kind,
        title=unit.title, unit_name=area.name, period=PERIOD, standard="《方案》S16", plan_digest="0" * 64,
        verdict_digest="2" * 64, decision_number="2018年第1批", decided_on=RATIFIED_ON, issuer="人民政府",
        issued_on=ISSUED_ON,
    )  # fmt: skip


def make_withdrawal(certificate: Certificate, **fields) -> Withdrawal:
    """A proposal to withdraw the title of a certificate, which goes under re-check, of which the township has been told."""
    Certificate.objects.filter(pk=certificate.pk).update(state=CertificateState.RECHECKING)
    said = {"ground": WithdrawalGround.OTHER, "text": "不再具备光网接入能力。", "state": WithdrawalState.PENDING}
    return Withdrawal.objects.create(certificate=certificate, **said | {"served_on": ISSUED_ON} | fields)
