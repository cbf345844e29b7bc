"""The papers of a withdrawal before they are issued: what each is to be made from, and who writes it."""

from datetime import date

from django.urls import reverse

from accounts.posts import Power
from common.clock import today
from papers.bodies import OF_POST
from papers.document import Paper
from papers.hooks import Draftable
from papers.models import BodyRole, about
from papers.wording import title_of
from reports.certificates import withdrawal_papers, withdrawing
from reports.certificates.models import Withdrawal, WithdrawalState
from reports.certificates.withdrawal_papers import CIRCULAR, NOTICE

_BEFORE = {
    NOTICE: (WithdrawalState.PROPOSED,),
    CIRCULAR: (WithdrawalState.HEARING, WithdrawalState.PENDING),
}
"""The states of a withdrawal in which a paper on it is still to be issued."""
_WRITTEN_BY = {NOTICE: BodyRole.BUREAU, CIRCULAR: BodyRole.GOVERNMENT}


def draftable(kind: str, name: str) -> Draftable | None:
    """A paper on a withdrawal."""
    found = _withdrawal(name) if kind in _BEFORE else None
    if found is None:
        return None
    return Draftable(
        title=str(found),
        url=reverse("certificates:withdrawal", args=[found.pk]),
        issuer=withdrawal_papers.issuer_of(kind, found, today()),
        is_letter=kind == NOTICE,
        is_open=_is_open(kind, found),
        build=lambda number, on: _built(kind, found, number, on),
    )


def _withdrawal(name: str) -> Withdrawal | None:
    model, _, key = name.partition(":")
    if model != Withdrawal._meta.label_lower or not key.isdecimal() or len(key) > 18:
        return None
    return Withdrawal.objects.filter(pk=key).select_related("certificate").first()


def _is_open(kind: str, withdrawal: Withdrawal) -> bool:
    """Whether it is still to be issued; without a hearing there is no notice."""
    return withdrawal.state in _BEFORE[kind] and (kind == CIRCULAR or withdrawing.hearing_days() is not None)


def _built(kind: str, withdrawal: Withdrawal, number: str, on: date) -> Paper:
    """As it would be issued on a day; the circular without the reason that the government gives as it decides."""
    if kind == CIRCULAR:
        return withdrawal_papers.circular_paper(withdrawal, number, on, "")
    until, days = withdrawing.hearing_term(on)
    return withdrawal_papers.notice_paper(withdrawal, number, until, days, on)


def links(withdrawal: Withdrawal, user) -> list[tuple[str, str]]:
    """The papers still to be issued that people of the user's office write; label and address."""
    role = OF_POST.get(user.post) if user.may(Power.DRAFT_PAPERS) else None
    return [
        (f"拟稿：{title_of(kind)}", reverse("papers:draft", args=[kind, about(withdrawal)]))
        for kind in _BEFORE
        if _WRITTEN_BY[kind] == role and _is_open(kind, withdrawal)
    ]
