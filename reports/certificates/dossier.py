"""What the register adds to the whole file of a unit (``acceptance.inspection.dossier``): its certificate and re-checks."""

from django.urls import reverse

from acceptance.inspection.dossier import Section
from acceptance.inspection.models import Unit
from reports.certificates.models import Certificate


def section_of(user, unit: Unit) -> Section | None:
    """The certificate of a unit with every step of its life; None while it has none that the user may see."""
    certificate = Certificate.objects.visible_to(user).filter(unit=unit).first()
    if certificate is None:
        return None
    steps = certificate.moves.select_related("by").order_by("pk")
    rows = (
        ("证书编号", certificate.number),
        ("状态", certificate.get_state_display()),
        ("授牌机关", certificate.issuer),
        ("授牌日期", f"{certificate.issued_on}"),
        *((f"{step.on} {step.get_action_display()}", step.reason or str(step.by or "门户")) for step in steps),
    )
    return Section("证书", rows, reverse("certificates:certificate", args=[certificate.pk]))
