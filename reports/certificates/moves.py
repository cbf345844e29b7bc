"""The legal moves of a certificate, and of the withdrawal of its title: read by actions, pages, docs and tests alike."""

from datetime import date
from operator import attrgetter

from accounts.posts import Power
from common.exceptions import Refused
from reports.certificates.models import (
    Certificate,
    CertificateAction,
    CertificateMove,
    CertificateState,
    Withdrawal,
    WithdrawalAction,
    WithdrawalState,
)
from workflow.engine import Transition, Workflow

_AWARDING = frozenset({Power.AWARD_TITLES})
_RECHECKING = frozenset({Power.RECHECK_TITLES})
_AWARDED = frozenset({Power.AWARD_TITLES, Power.WITHDRAW_TITLES})
_WITHDRAWING = frozenset({Power.WITHDRAW_TITLES})
_CONFIRMING = frozenset({Power.CONFIRM_EXAMINATIONS})
_ANSWERING = frozenset({Power.WRITE_INSPECTIONS, Power.SIGN_INSPECTIONS})

MOVES = Workflow(
    Transition(CertificateAction.ISSUE, (), CertificateState.VALID, _AWARDING),
    Transition(
        CertificateAction.RECHECK,
        (CertificateState.VALID,),
        CertificateState.RECHECKING,
        _RECHECKING,
        needs_reason=True,
    ),
    Transition(CertificateAction.EXPLAIN, (CertificateState.RECHECKING,), None, _ANSWERING, needs_reason=True),
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
        automatic=True,
    ),
    code_of=attrgetter("area_id"),
    trail={Certificate: "certificate"},
    noted=("circular", "period"),
)
"""A title is withdrawn only after a re-check, and as the decision on a withdrawal has it; the portal itself may begin a
re-check."""

WITHDRAWING = Workflow(
    Transition(WithdrawalAction.PROPOSE, (), WithdrawalState.PROPOSED, _RECHECKING, needs_reason=True),
    Transition(WithdrawalAction.NOTIFY, (WithdrawalState.PROPOSED,), WithdrawalState.HEARING, _CONFIRMING),
    Transition(WithdrawalAction.REFER, (WithdrawalState.PROPOSED,), WithdrawalState.PENDING, _CONFIRMING),
    Transition(
        WithdrawalAction.ANSWER, (WithdrawalState.HEARING,), WithdrawalState.PENDING, _ANSWERING, needs_reason=True
    ),
    Transition(
        WithdrawalAction.WITHDRAW,
        (WithdrawalState.HEARING, WithdrawalState.PENDING),
        WithdrawalState.WITHDRAWN,
        _WITHDRAWING,
        needs_reason=True,
    ),
    Transition(
        WithdrawalAction.KEEP,
        (WithdrawalState.HEARING, WithdrawalState.PENDING),
        WithdrawalState.KEPT,
        _WITHDRAWING,
        needs_reason=True,
    ),
    Transition(
        WithdrawalAction.DROP,
        (WithdrawalState.PROPOSED, WithdrawalState.HEARING, WithdrawalState.PENDING),
        WithdrawalState.DROPPED,
        _RECHECKING,
        needs_reason=True,
    ),
    code_of=attrgetter("certificate.area_id"),
    trail={Withdrawal: "withdrawal"},
)
"""From 听取陈述申辩 the government decides once the term is over; the bureau refers without a hearing only where the plan
asks for none."""


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
    more: str = "",
) -> CertificateMove:
    """Take the step and record it; ``by`` None is the portal, ``more`` what it adds to the reason that somebody typed.

    Stale when the certificate no longer stands where the page said; Refused when the reason or the circular that the
    move needs is blank, or the day lies before the one of the last step.
    """
    reason = MOVES.require_reason(move, reason, more) if by else MOVES.require_reason(move, "", reason)
    last = certificate.moves.order_by("pk").last()
    if last and on < last.on:
        raise Refused(f"{move.label}的日期不能早于上一步的日期（{last.on}）。")
    fields = {"withdrawn_on": on} if move.target == CertificateState.WITHDRAWN else {}
    said = {"on": on, "circular": circular.strip(), "period": period}
    return MOVES.record(MOVES.advance(certificate, move, version, by, reason, said=said, **fields))
