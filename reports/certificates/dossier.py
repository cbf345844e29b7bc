"""What the file of a unit (全案), and the page of an area, say of certificates."""

import json
from collections.abc import Sequence

from django.urls import reverse

from accounts.posts import Power
from common.clock import now, today
from common.templatetags.figures import plain_date
from register.things import Alert, Panel, Thing
from reports.certificates import signing
from reports.certificates.models import Certificate, CertificateState, Withdrawal, WithdrawalState
from reports.certificates.statement import statement


def certificates(user, thing: Thing) -> Panel | None:
    """The certificate of a unit with every step, or those of an area, the latest first; None without one."""
    if not user.may(Power.SEE_INSPECTIONS) or thing.table not in ("units", "areas"):
        return None
    found = Certificate.objects.visible_to(user).select_related("area")
    if thing.table == "areas":
        return _of_area(list(found.filter(area=thing.row).order_by("-issued_on", "-pk")))
    certificate = found.filter(unit=thing.row).first()
    return _of_unit(certificate) if certificate else None


def _of_area(found: Sequence[Certificate]) -> Panel | None:
    """Numbers, days and states; the latest is linked, and where it is under re-check or withdrawn, that is said first."""
    if not found:
        return None
    latest = found[0]
    rows = [
        (f"{each.title}（{each.issued_on} 授牌）", f"{each.number}，{each.get_state_display()}{_since(each)}")
        for each in found
    ]
    url = reverse("certificates:certificate", args=[latest.pk])
    alerts = []
    if latest.state != CertificateState.VALID:
        tone = "late" if latest.state == CertificateState.RECHECKING else "fallen"
        alerts = [
            Alert(tone, f"证书{latest.get_state_display()}", f"{latest.title}证书 {latest.number}", url, "查看证书")
        ]
    return Panel("certificates", "证书和牌匾", rows, url, alerts=alerts)


MOST = 10
"""Withdrawals that are told on the page of an area, the latest first."""


def withdrawals(user, thing: Thing) -> Panel | None:
    """The withdrawals of titles at and beneath a street, a town or what lies in it, step by step; None where there is none.

    So a village, which has no account, is told on its page what its township is told.
    """
    if not user.may(Power.SEE_INSPECTIONS) or thing.table != "areas" or len(thing.key) <= _DISTRICT:
        return None
    seen = Withdrawal.objects.visible_to(user).filter(certificate__area__code__startswith=thing.key)
    found = list(seen.select_related("certificate").prefetch_related("moves__by")[:MOST])
    if not found:
        return None
    rows = [
        (f"{move.on} {move.deed}", f"{_called(each)}：{move.reason or _sent(each)}")
        for each in found
        for move in each.moves.all()
    ]
    url = reverse("certificates:withdrawal", args=[found[0].pk])
    return Panel("withdrawals", "撤销称号", rows, url, alerts=[_alert(each) for each in found if each.is_open])


_DISTRICT = 6
"""Length of a district's code."""


def _called(withdrawal: Withdrawal) -> str:
    return f"{withdrawal.certificate.unit_name}“{withdrawal.certificate.title}”"


def _sent(withdrawal: Withdrawal) -> str:
    """What left the bureau: the notice with the last day to answer, or the proposal itself where there is no hearing."""
    until = f"陈述申辩至{plain_date(withdrawal.hear_until)}" if withdrawal.hear_until else "报区政府决定"
    return "，".join(filter(None, (withdrawal.notice_number, until)))


def _alert(withdrawal: Withdrawal) -> Alert:
    until = f"，陈述申辩至{plain_date(withdrawal.hear_until)}" if withdrawal.state == WithdrawalState.HEARING else ""
    said = f"{_called(withdrawal)}（{withdrawal.get_ground_display()}）{withdrawal.get_state_display()}{until}"
    return Alert("late", "撤销称号", said, reverse("certificates:withdrawal", args=[withdrawal.pk]), "查看办理情况")


def _since(certificate: Certificate) -> str:
    return f"（{certificate.withdrawn_on}）" if certificate.withdrawn_on else ""


def _of_unit(certificate: Certificate) -> Panel:
    """Number, day, state and every step; for the archive the signed statement of how it stands."""
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
    return Panel("certificates", "证书", tuple(rows), url, files=(("certificate.json", content),))
