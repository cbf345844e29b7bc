"""What became of titles that the areas of units had before: the desk shows it beside a new application."""

from collections import defaultdict
from collections.abc import Sequence

from inspection.models import Unit
from reports.certificates.models import Certificate, CertificateAction, CertificateMove

_TOLD = (CertificateAction.CONFIRM, CertificateAction.WITHDRAW)


def titles_before(units: Sequence[Unit]) -> dict[int, str]:
    """By primary key of the unit: each title that its area had by an earlier application, when it was re-checked and kept,
    and when and why it was withdrawn; two queries, and units without one are left out.
    """
    by_area: dict[str, list[Certificate]] = defaultdict(list)
    had = Certificate.objects.filter(area__in={unit.area_id for unit in units}).order_by("pk")
    for certificate in had:
        by_area[certificate.area_id].append(certificate)
    steps: dict[int, list[CertificateMove]] = defaultdict(list)
    for move in CertificateMove.objects.filter(certificate__in=had.values("pk"), action__in=_TOLD).order_by("pk"):
        steps[move.certificate_id].append(move)
    found = {}
    for unit in units:
        before = [each for each in by_area[unit.area_id] if each.unit_id != unit.pk]
        if before:
            found[unit.pk] = "".join(_sentence(each, steps[each.pk]) for each in before)
    return found


def _sentence(certificate: Certificate, steps: Sequence[CertificateMove]) -> str:
    told = "".join(f"，{step.on} {_deed(step)}：{step.reason.rstrip('。')}" for step in steps)
    return f"{certificate.issued_on} 授“{certificate.title}”（{certificate.number}）{told}。"


def _deed(step: CertificateMove) -> str:
    return f"撤销（{step.circular}）" if step.action == CertificateAction.WITHDRAW else "复核后维持"
