"""What certificates put into the inbox: awarding, re-checks, withdrawals."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from django.db.models import Count, Max, Q
from django.urls import reverse

from accounts.contacts import BUREAU
from accounts.models import AuditEntry, User
from accounts.posts import Power
from common.clock import today
from inbox.hooks import InboxItem
from inbox.places import of_rows
from inspection.models import Unit
from inspection.vocabulary import SubmissionState
from reports.certificates.models import (
    Certificate,
    CertificateAction,
    CertificateMove,
    CertificateState,
    Withdrawal,
    WithdrawalMove,
    WithdrawalState,
)
from reports.certificates.register import address

KIND = "授牌"


def pending(user: User) -> list[InboxItem]:
    """One for all that wait for their plaque, one for each re-check and each withdrawal."""
    return [*_awards(user), *_rechecks(user), *_withdrawals(user)]


def _awards(user) -> Iterator[InboxItem]:
    if not user.may(Power.AWARD_TITLES):
        return
    waiting = (
        Unit.objects.visible_to(user)
        .ratified()
        .filter(certificate__isnull=True, submission__state=SubmissionState.ANNOUNCED)
    )
    found = waiting.aggregate(count=Count("pk", distinct=True), latest=Max("moves__at"))
    if found["count"]:
        yield InboxItem(
            key="certificates/award",
            version=f"{found['count']}.{found['latest']}",
            kind=KIND,
            title=f"{found['count']} 个单位已通报，待授牌",
            url=reverse("certificates:issue"),
            state="待授牌",
            since=found["latest"],
        )


_TOWNSHIP = (Power.WRITE_INSPECTIONS, Power.SIGN_INSPECTIONS)


def _is_township(user) -> bool:
    return any(user.may(power) for power in _TOWNSHIP)


def _rechecks(user) -> Iterator[InboxItem]:
    """Certificates under re-check whose withdrawal is not under way: the township is to explain, the bureau to find out.

    A township that has explained waits for the bureau, and so does the government.
    """
    is_township, is_bureau = _is_township(user), user.may(Power.RECHECK_TITLES)
    if not (is_township or is_bureau or user.may(Power.WITHDRAW_TITLES)):
        return
    rechecking = Certificate.objects.visible_to(user).filter(state=CertificateState.RECHECKING)
    alone = rechecking.exclude(pk__in=Withdrawal.objects.open().values("certificate"))
    for certificate in alone.prefetch_related("moves__by").order_by("area_id"):
        begun, said = _latest_recheck(certificate)
        mine = is_bureau or (is_township and said is None)
        yield InboxItem(
            key=f"certificate/{certificate.pk}/recheck",
            version=str(certificate.version),
            kind=KIND,
            title=f"{certificate.unit_full_name}{certificate.title}",
            url=address(certificate),
            state="复核中，待说明" if said is None else "复核中，已说明",
            since=(said or begun).at if is_bureau else begun.at,
            words=f"{said.by}：{said.reason}" if said and is_bureau else begun.reason,
            who="" if mine else "区经信局",
            other=certificate.area_id[:9] if is_bureau else BUREAU,
        )


def _latest_recheck(certificate: Certificate) -> tuple[CertificateMove, CertificateMove | None]:
    """The step that began the present re-check, and what the township has said of it since."""
    moves = list(certificate.moves.all())
    place = max(nth for nth, move in enumerate(moves) if move.action == CertificateAction.RECHECK)
    said = [move for move in moves[place:] if move.action == CertificateAction.EXPLAIN]
    return moves[place], said[-1] if said else None


OUTCOME_DAYS = 7
"""Days for which the end of a withdrawal stands in the township's inbox."""


def _withdrawals(user) -> Iterator[InboxItem]:
    """Withdrawals under way, with whoever has the next step; for the township also how they ended, for some days."""
    is_township, on = _is_township(user), today()
    if not (is_township or user.may(Power.RECHECK_TITLES) or user.may(Power.WITHDRAW_TITLES)):
        return
    seen = Withdrawal.objects.visible_to(user)
    asked = Q(pk__in=seen.open().values("pk"))
    if is_township:
        ended = WithdrawalMove.objects.filter(
            to_state__in=(WithdrawalState.WITHDRAWN, WithdrawalState.KEPT, WithdrawalState.DROPPED),
            on__gte=on - timedelta(days=OUTCOME_DAYS),
        )
        asked |= Q(pk__in=ended.values("withdrawal"))
    rows = seen.filter(asked).select_related("certificate").prefetch_related("moves__by").order_by("pk")
    for withdrawal in rows:
        yield _withdrawal(withdrawal, user, on)


def _withdrawal(withdrawal: Withdrawal, user, on: date) -> InboxItem:
    certificate, last = withdrawal.certificate, list(withdrawal.moves.all())[-1]
    side = _side(withdrawal, on)
    powers, who = _HELD_BY[side] if withdrawal.is_open else (_TOWNSHIP, "")
    is_hearing = withdrawal.state == WithdrawalState.HEARING
    return InboxItem(
        key=f"withdrawal/{withdrawal.pk}",
        version=f"{withdrawal.version}.{side}",
        kind=KIND,
        title=f"撤销称号：{certificate.unit_full_name}“{certificate.title}”",
        url=reverse("certificates:withdrawal", args=[withdrawal.pk]),
        state="期满，待区政府决定" if is_hearing and side == "government" else withdrawal.get_state_display(),
        since=last.at,
        due=withdrawal.hear_until if is_hearing and side == "township" else None,
        words=f"{last.by}：{last.reason}" if last.reason else f"{withdrawal.get_ground_display()}：{withdrawal.text}",
        who="" if any(user.may(power) for power in powers) else who,
        other=certificate.area_id[:9] if user.may(Power.RECHECK_TITLES) else BUREAU,
    )


_HELD_BY: dict[str, tuple[tuple[Power, ...], str]] = {
    "bureau": ((Power.CONFIRM_EXAMINATIONS,), "区经信局负责人"),
    "township": (_TOWNSHIP, "街镇"),
    "government": ((Power.WITHDRAW_TITLES,), "区政府"),
}
"""Who has an open withdrawal: by which powers, and what others call him."""


def _side(withdrawal: Withdrawal, on: date) -> str:
    if withdrawal.state == WithdrawalState.PROPOSED:
        return "bureau"
    return "government" if withdrawal.is_decidable(on) else "township"


def places(user: User, entries: list[AuditEntry]) -> Mapping[int, str]:
    """Where the certificates and withdrawals lie of which entries of the trail tell."""
    found = of_rows(entries, Certificate.objects.visible_to(user), "certificates:certificate")
    return found | of_rows(entries, Withdrawal.objects.visible_to(user), "certificates:withdrawal")
