"""回落: titles whose approved figures have fallen below the standard since; the portal begins their re-check.

Registered to be told whenever a county was judged again, and by the command ``recheck_certificates``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max

from acceptance import plan
from acceptance.models import Basis, Verdict
from acceptance.verdicts.pages import lacks
from common.clock import today
from common.exceptions import Stale
from common.periods import Quarter
from reports.certificates import actions
from reports.certificates.actions import last_ended
from reports.certificates.models import Certificate, CertificateAction, CertificateMove, CertificateState

DECIDED = ("achieved", "not_achieved")
"""An undetermined quarter says nothing: what stood before it stands."""


@dataclass(frozen=True)
class Fall:
    """A certificate whose unit, by its latest decided quarter, no longer meets the standard, and ``since`` which one."""

    certificate: Certificate
    verdict: Verdict
    since: Quarter

    @property
    def quarter(self) -> Quarter:
        return self.verdict.quarter

    @property
    def lacking(self) -> str:
        return lacks(plan.current(), self.verdict) or "见评定结果。"

    @property
    def reason(self) -> str:
        run = "" if self.since == self.quarter else f"，自{self.since.label}起"
        return f"{self.quarter.label}评定未达标（回落{run}）：{self.lacking}"


def falls(county: str, on: date) -> list[Fall]:
    """The certificates to be re-checked: their latest decided quarter, ended by ``on``, is later than the one of the
    award and than those of earlier re-checks, and its approved figures fall short. Two queries, however many there are.
    """
    valid = Certificate.objects.filter(county=county, state=CertificateState.VALID, issued_on__lte=on).select_related(
        "area"
    )
    certificates = {each.area_id: each for each in valid}
    if not certificates:
        return []
    rechecked = _rechecked(certificates.values())
    return [
        fall
        for fall in _fallen(county, certificates, str(last_ended(on)))
        if fall.verdict.period > rechecked.get(fall.certificate.pk, "")
    ]


def fall_of(certificate: Certificate) -> Fall | None:
    """What fell of a certificate under re-check, by the quarter that the re-check looked at; None where none is short."""
    begun = certificate.moves.filter(action=CertificateAction.RECHECK).order_by("pk").last()
    if begun is None:
        return None
    return next(iter(_fallen(certificate.county, {certificate.area_id: certificate}, begun.period)), None)


def _rechecked(certificates: Iterable[Certificate]) -> dict[int, str]:
    """The latest quarter that a re-check of each certificate has looked at."""
    steps = CertificateMove.objects.filter(
        certificate__in=list(certificates), action=CertificateAction.RECHECK
    ).order_by()
    return dict(steps.values_list("certificate").annotate(Max("period")))


def _fallen(county: str, certificates: Mapping[str, Certificate], last: str) -> list[Fall]:
    """Certificates whose latest decided quarter up to ``last``, later than that of the award, falls short; one query."""
    standing = Verdict.objects.standing().filter(county=county, basis=Basis.APPROVED, period__lte=last)
    decided = standing.filter(area_id__in=list(certificates), outcome__in=DECIDED).select_related("area", "plan")
    falls: dict[str, Fall] = {}
    for verdict in decided.order_by("period"):
        certificate = certificates[verdict.area_id]
        if verdict.outcome == "achieved" or verdict.period <= certificate.period:
            falls.pop(verdict.area_id, None)
        else:
            before = falls.get(verdict.area_id)
            falls[verdict.area_id] = Fall(certificate, verdict, before.since if before else verdict.quarter)
    return [falls[code] for code in certificates if code in falls]


def recheck(county: str, on: date) -> list[Certificate]:
    """Begin the re-check of every title that fell; what somebody else is just moving is left to him."""
    begun = []
    for fall in falls(county, on):
        certificate = fall.certificate
        try:
            with transaction.atomic():
                actions.recheck_fallen(
                    certificate=certificate,
                    version=certificate.version,
                    quarter=fall.quarter,
                    reason=fall.reason,
                    on=on,
                )
        except Stale:
            continue
        begun.append(certificate)
    return begun


def after_judging(county: str) -> None:
    recheck(county, today())
