"""The legal moves of a certificate: one table, read by actions, pages, docs/certificates.md and tests alike."""

from datetime import date
from operator import attrgetter

from accounts.posts import Power
from common.exceptions import Refused
from reports.certificates.models import Certificate, CertificateAction, CertificateMove, CertificateState
from workflow.engine import Transition, Workflow

_AWARDING = frozenset({Power.AWARD_TITLES})
_RECHECKING = frozenset({Power.RECHECK_TITLES})
_AWARDED = frozenset({Power.AWARD_TITLES, Power.WITHDRAW_TITLES})
_WITHDRAWING = frozenset({Power.WITHDRAW_TITLES})

MOVES = Workflow(
    Transition(CertificateAction.ISSUE, (), CertificateState.VALID, _AWARDING),
    Transition(
        CertificateAction.RECHECK,
        (CertificateState.VALID,),
        CertificateState.RECHECKING,
        _RECHECKING,
        needs_reason=True,
    ),
    Transition(
        CertificateAction.CONFIRM, (CertificateState.RECHECKING,), CertificateState.VALID, _AWARDED, needs_reason=True
    ),
    Transition(
        CertificateAction.WITHDRAW,
        (CertificateState.RECHECKING,),
        CertificateState.WITHDRAWN,
        _WITHDRAWING,
        needs_reason=True,
        needs=("circular",),
    ),
    code_of=attrgetter("area_id"),
    trail={Certificate: "certificate"},
    noted=("circular", "period"),
)
"""A title is withdrawn only after a re-check, by the body that ratified it; the portal itself may begin a re-check."""


def advance(
    certificate: Certificate,
    move: Transition,
    version: int,
    *,
    on: date,
    by,
    reason: str,
    circular: str = "",
    period: str = "",
) -> CertificateMove:
    """Take the step and record it; ``by`` None is the portal.

    Stale when the certificate no longer stands where the page said; Refused when the reason or the circular that the
    move needs is blank, or the day lies before the one of the last step.
    """
    reason = MOVES.require_reason(move, reason) if by else MOVES.require_reason(move, "", reason)
    last = certificate.moves.order_by("pk").last()
    if last and on < last.on:
        raise Refused(f"{move.label}的日期不能早于上一步的日期（{last.on}）。")
    fields = {"withdrawn_on": on} if move.target == CertificateState.WITHDRAWN else {}
    said = {"on": on, "circular": circular.strip(), "period": period}
    return MOVES.record(MOVES.advance(certificate, move, version, by, reason, said=said, **fields))
