"""What the file of a unit (全案) says of its certificate; ``inspection.dossier`` asks for it."""

import json

from django.urls import reverse

from common.clock import now, today
from inspection.dossier import Section
from inspection.models import Unit
from reports.certificates import signing
from reports.certificates.models import Certificate
from reports.certificates.statement import statement


def certificate_section(user, unit: Unit) -> Section | None:
    """Number, day, state and every step; for the archive the signed statement of how it stands. None without one."""
    certificate = Certificate.objects.visible_to(user).filter(unit=unit).select_related("area").first()
    if certificate is None:
        return None
    rows = [
        ("证书编号", certificate.number),
        ("授牌", f"{certificate.issuer}，{certificate.issued_on}"),
        ("状态", certificate.get_state_display()),
        ("查验码", certificate.code_grouped),
    ]
    if became := certificate.became(today()):
        rows.insert(0, ("单位现状", became))
    for step in certificate.moves.select_related("by"):
        said = "；".join(filter(None, [step.reason, step.circular]))
        rows.append((f"{step.on} {step.get_action_display()}", f"{step.by or '系统'}{f'：{said}' if said else ''}"))
    signed = signing.signed(statement(certificate.code, certificate, now()))
    content = json.dumps(signed, ensure_ascii=False, indent=2).encode()
    url = reverse("certificates:certificate", args=[certificate.pk])
    return Section("证书", tuple(rows), url, (("certificate.json", content),))
