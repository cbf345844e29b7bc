"""How a certificate takes a step: one UPDATE that only one of many can win, its row, and its audit record."""

from datetime import date

from django.db.models import F

from acceptance.inspection.moves import Refused, Stale
from accounts import audit
from reports.certificates.models import Action, Certificate, CertificateMove, State
from reports.certificates.moves import LegalMove

PORTAL = "（门户）"
"""Who acts in the audit trail where the portal itself begins a re-check."""


def advance(
    owner: Certificate,
    move: LegalMove,
    version: int,
    *,
    on: date,
    by,
    reason: str,
    circular: str = "",
    period: str = "",
) -> CertificateMove:
    """Take the step if the certificate still stands where the page said, else Stale.

    ``by`` None is the portal. Refused when the reason or the circular that the move needs is blank, or the day
    lies before the one of the last step.
    """
    reason, circular = reason.strip(), circular.strip()
    _require(move, reason, circular)
    last = owner.moves.order_by("pk").last()
    if last and on < last.on:
        raise Refused(f"{move.label}的日期不能早于上一步的日期（{last.on}）。")
    changes = {"state": move.target, "version": F("version") + 1}
    if move.target == State.WITHDRAWN:
        changes["withdrawn_on"] = on
    standing = Certificate.objects.filter(pk=owner.pk, state=move.source, version=version)
    if not standing.update(**changes):
        raise Stale(overtaken(owner, move))
    owner.refresh_from_db(fields=["state", "version", "withdrawn_on"])
    step = log(owner, move.action, move.source, on=on, by=by, reason=reason, circular=circular, period=period)
    record(step)
    return step


def _require(move: LegalMove, reason: str, circular: str) -> None:
    if move.needs_reason and not reason:
        raise Refused(f"{move.label}必须写明原因。")
    if move.needs_circular and not circular:
        raise Refused(f"{move.label}必须写明通报的文号。")


def log(owner: Certificate, action: Action, from_state: str, *, on: date, by, **said) -> CertificateMove:
    return CertificateMove.objects.create(
        owner=owner,
        action=action,
        from_state=from_state,
        to_state=owner.state,
        on=on,
        by=by,
        version=owner.version,
        **said,
    )


def record(step: CertificateMove) -> None:
    detail = {"state": [step.from_state, step.to_state], "version": step.version}
    said = {"reason": step.reason, "circular": step.circular, "period": step.period}
    audit.record(
        action=f"certificate.{step.action}",
        by=step.by or PORTAL,
        subject=step.owner,
        detail=detail | {name: text for name, text in said.items() if text},
    )


def overtaken(owner: Certificate, move: LegalMove) -> str:
    """Who was faster, and how the certificate stands now."""
    current = Certificate.objects.get(pk=owner.pk)
    last = current.moves.select_related("by").order_by("pk").last()
    who = f"已由{last.by or '系统'}办理“{last.get_action_display()}”，" if last else ""
    return f"没有办理“{move.label}”：这张证书{who}现在是“{current.get_state_display()}”。请核对后再办理。"
