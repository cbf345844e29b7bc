"""What a certificate says to the public, as plain values: the page and the signed document show the same."""

from datetime import datetime
from typing import Any

from reports.certificates import codes
from reports.certificates.models import Certificate

UNKNOWN = "unknown"
VERSION = 1
"""The version of the document's form; it grows when a field changes its meaning."""

_FIELDS = (
    "number", "title", "unit", "unit_code", "standard", "plan_digest", "period", "verdict_digest", "decision",
    "decided_on", "issuer", "issued_on", "withdrawn_on",
    "withdrawal_circular", "withdrawal_ground", "unit_now",
)  # fmt: skip


def statement(code: str, certificate: Certificate | None, at: datetime) -> dict[str, Any]:
    """What the portal says at the moment ``at`` of the sound ``code``; every field blank where no certificate has it."""
    said = dict.fromkeys(_FIELDS, "") if certificate is None else _said(certificate, at)
    return {
        "version": VERSION,
        "code": codes.grouped(code),
        "state": certificate.state if certificate else UNKNOWN,
        "as_of": at.isoformat(timespec="seconds"),
        **said,
    }


def _said(certificate: Certificate, at: datetime) -> dict[str, str]:
    circular, ground = certificate.withdrawal_said
    return {
        "number": certificate.number,
        "title": certificate.title,
        "unit": certificate.unit_full_name,
        "unit_code": certificate.area_id,
        "standard": certificate.standard,
        "plan_digest": certificate.plan_digest,
        "period": certificate.period,
        "verdict_digest": certificate.verdict_digest,
        "decision": certificate.decision_number,
        "decided_on": certificate.decided_on.isoformat(),
        "issuer": certificate.issuer,
        "issued_on": certificate.issued_on.isoformat(),
        "withdrawn_on": certificate.withdrawn_on.isoformat() if certificate.withdrawn_on else "",
        "withdrawal_circular": circular,
        "withdrawal_ground": ground,
        "unit_now": certificate.became(at.date()),
    }
