"""What certificates and spot checks ask of a person, for the home page: awarding, deciding re-checks, ending samples."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from accounts.posts import Power
from inspection.models import Unit
from inspection.spotcheck.models import Sample, SampleState
from inspection.tasks import InspectionTask
from reports.certificates.models import Certificate, CertificateState
from reports.certificates.register import address


def waiting_for(user) -> list[InspectionTask]:
    """One for all that wait for their plaque, one for each re-check, one for each sample that is not concluded."""
    return [*_awards(user), *_rechecks(user), *_samples(user)]


def _awards(user) -> Iterator[InspectionTask]:
    if not user.may(Power.AWARD_TITLES):
        return
    waiting = Unit.objects.visible_to(user).ratified().filter(certificate__isnull=True).count()
    if waiting:
        yield InspectionTask(f"{waiting} 个单位已审定，待授牌", reverse("certificates:issue"), "待授牌")


def _rechecks(user) -> Iterator[InspectionTask]:
    """Certificates under re-check, for whoever may confirm or withdraw them; the reason says who began, and why."""
    if not (user.may(Power.AWARD_TITLES) or user.may(Power.WITHDRAW_TITLES)):
        return
    rechecking = (
        Certificate.objects.visible_to(user).filter(state=CertificateState.RECHECKING).prefetch_related("moves")
    )
    for certificate in rechecking.order_by("area_id"):
        begun = list(certificate.moves.all())[-1]
        yield InspectionTask(
            f"{certificate.unit_full_name}{certificate.title}",
            address(certificate),
            certificate.get_state_display(),
            begun.on,
            begun.reason,
        )


def _samples(user) -> Iterator[InspectionTask]:
    if not user.may(Power.SPOT_CHECK):
        return
    for sample in Sample.objects.visible_to(user).filter(state=SampleState.OPEN).select_related("township"):
        url = reverse("spotcheck:sample", args=[sample.pk])
        yield InspectionTask(
            str(sample),
            url,
            sample.get_state_display(),
            timezone.localtime(sample.drawn_at).date(),
            "登记结果，作出结论",
        )
