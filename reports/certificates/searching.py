"""Certificates in the search of the whole portal: by number, by the name of the unit or its initials, by the code on the plaque."""

from django.urls import reverse

from accounts.posts import Power
from register.searching import Hit, SearchGroup, answers, named
from reports.certificates import codes
from reports.certificates.models import Certificate


def certificates(user, text: str) -> list[SearchGroup]:
    if not user.may(Power.SEE_INSPECTIONS):
        return []
    seen = Certificate.objects.visible_to(user)
    code = codes.folded(text)
    rows = seen.filter(code=code) if codes.is_sound(code) else named(seen, text, "number", "unit_name")
    return [answers("证书", rows, _hit)]


def _hit(row: Certificate) -> Hit:
    detail = f"{row.title}，{row.get_state_display()}，{row.issued_on:%Y-%m-%d} 授牌"
    return Hit(row.unit_name, row.number, detail, reverse("certificates:certificate", args=[row.pk]))
