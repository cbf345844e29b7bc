"""What certificates and spot checks put into the inbox: awarding, deciding re-checks, ending samples."""

from collections.abc import Iterator, Mapping

from django.db.models import Count, Max
from django.urls import reverse

from accounts.contacts import BUREAU
from accounts.models import AuditEntry, User
from accounts.posts import Power
from inbox.hooks import InboxItem
from inbox.places import of_rows
from inspection.models import Unit
from inspection.spotcheck.models import Sample, SampleState
from inspection.vocabulary import SubmissionState
from reports.certificates.models import Certificate, CertificateState
from reports.certificates.register import address

KIND = "授牌"


def pending(user: User) -> list[InboxItem]:
    """One for all that wait for their plaque, one for each re-check, one for each sample that is not concluded."""
    return [*_awards(user), *_rechecks(user), *_samples(user)]


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


def _samples(user) -> Iterator[InboxItem]:
    if not user.may(Power.SPOT_CHECK):
        return
    for sample in Sample.objects.visible_to(user).filter(state=SampleState.OPEN).select_related("township"):
        yield InboxItem(
            key=f"sample/{sample.pk}",
            version="",
            kind="抽查",
            title=str(sample),
            url=reverse("spotcheck:sample", args=[sample.pk]),
            state=sample.get_state_display(),
            since=sample.drawn_at,
            words="登记结果，作出结论",
        )


def places(user: User, entries: list[AuditEntry]) -> Mapping[int, str]:
    """Where the certificates and samples lie of which entries of the trail tell."""
    found = of_rows(entries, Certificate.objects.visible_to(user), "certificates:certificate")
    return found | of_rows(entries, Sample.objects.visible_to(user), "spotcheck:sample")
