"""Which titles a proposed change of the register touches: valid certificates of units whose approved verdicts turn."""

from acceptance.judging.rehearsing import Rehearsal
from acceptance.models import Basis
from common.periods import Quarter
from reports.certificates.models import Certificate, CertificateState


def titles(county: str, seen: Rehearsal) -> list[str]:
    """A sentence for each title: of the quarter of its award whether it would stand, of later ones that it falls."""
    fallen: dict[str, list[str]] = {}
    for turn in seen.areas:
        period, basis, code = turn.subject
        outcomes = [side and side["outcome"] for side in (turn.before, turn.after)]
        if basis == Basis.APPROVED and outcomes[0] == "achieved" and outcomes[1] != "achieved":
            fallen.setdefault(code, []).append(period)
    held = Certificate.objects.filter(county=county, area_id__in=fallen).exclude(state=CertificateState.WITHDRAWN)
    return [
        sentence(certificate, fallen[certificate.area_id])
        for certificate in held.order_by("number")
        if any(period >= certificate.period for period in fallen[certificate.area_id])
    ]


def sentence(certificate: Certificate, periods: list[str]) -> str:
    name = f"{certificate.unit_name}“{certificate.title}”（{certificate.number}）"
    if certificate.period in periods:
        return f"{name}：授牌所依据的{Quarter.parse(certificate.period).label}不再达标。"
    later = Quarter.parse(min(period for period in periods if period > certificate.period))
    return f"{name}：自{later.label}起不再达标，将启动复核。"
