"""What certificates put into the inbox: awarding, deciding re-checks."""

from collections.abc import Iterator, Mapping

from django.db.models import Count, Max
from django.urls import reverse

from accounts.contacts import BUREAU
from accounts.models import AuditEntry, User
from accounts.posts import Power
from inbox.hooks import InboxItem
from inbox.places import of_rows
from inspection.models import Unit
from reports.certificates.models import Certificate, CertificateState
from reports.certificates.register import address

KIND = "授牌"


def pending(user: User) -> list[InboxItem]:
    """One for all that wait for their plaque, one for each re-check."""
    return [*_awards(user), *_rechecks(user)]


def _awards(user) -> Iterator[InboxItem]:
    if not user.may(Power.AWARD_TITLES):
        return
    waiting = Unit.objects.visible_to(user).ratified().filter(certificate__isnull=True)
    found = waiting.aggregate(count=Count("pk", distinct=True), latest=Max("moves__at"))
    if found["count"]:
        yield InboxItem(
            key="certificates/award",
            version=f"{found['count']}.{found['latest']}",
            kind=KIND,
            title=f"{found['count']} 个单位已审定，待授牌",
            url=reverse("certificates:issue"),
            state="待授牌",
            since=found["latest"],
        )


def _rechecks(user) -> Iterator[InboxItem]:
    """Certificates under re-check, for whoever may confirm or withdraw them; who may only begin one waits for them."""
    decides = user.may(Power.AWARD_TITLES) or user.may(Power.WITHDRAW_TITLES)
    if not (decides or user.may(Power.RECHECK_TITLES)):
        return
    rechecking = Certificate.objects.visible_to(user).filter(state=CertificateState.RECHECKING)
    for certificate in rechecking.prefetch_related("moves__by").order_by("area_id"):
        begun = list(certificate.moves.all())[-1]
        yield InboxItem(
            key=f"certificate/{certificate.pk}/recheck",
            version=str(certificate.version),
            kind=KIND,
            title=f"{certificate.unit_full_name}{certificate.title}",
            url=address(certificate),
            state=certificate.get_state_display(),
            since=begun.at,
            words=begun.reason,
            who="" if decides else "区政府或区经信局负责人",
            other=BUREAU,
        )


def places(user: User, entries: list[AuditEntry]) -> Mapping[int, str]:
    """Where the certificates lie of which entries of the trail tell."""
    return of_rows(entries, Certificate.objects.visible_to(user), "certificates:certificate")
