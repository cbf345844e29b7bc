"""Recording into what an area went that is no more (撤并), and taking a wrong record back; each leaves its audit record."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.access import refusal
from accounts.posts import Power
from areas import changes
from areas.models import Area, Succession
from areas.vocabulary import LEAVES, TOWNSHIPS, VILLAGE_LEVEL, AreaKind
from common.exceptions import Refused

LEVELS = (TOWNSHIPS, VILLAGE_LEVEL, LEAVES)
"""An area goes into one of its own level."""


@transaction.atomic
def record(
    *, area: Area, successor: Area, kind: str, on: date, document: str, carries_title: bool, today: date, by
) -> Succession:
    """Record that ``area`` went into ``successor`` on the day; an area without an end ends on it.

    Refused when it has another successor, ended on another day, or the successor is not there or not of its level.
    """
    _permit(area, by)
    held, document = Area.objects.select_for_update().get(pk=area.pk), " ".join(document.split())
    _require_fit(held, successor, on, today)
    if not document:
        raise Refused("请写明依据：撤并文件的文号或名称，或者原因。")
    if Succession.objects.filter(area=held).exists():
        raise Refused(f"{held.name}的撤并已经登记过，请刷新页面查看。")
    if held.valid_to is None:
        Area.objects.filter(pk=held.pk).update(valid_to=on)
        changes.note(held.county)
    row = Succession.objects.create(
        area=held, successor=successor, kind=kind, on=on, document=document, carries_title=carries_title, by=by
    )
    audit.record(action="succession.record", by=by, subject=row, detail=_told(row))
    return row


def _require_fit(area: Area, successor: Area, on: date, today: date) -> None:
    if successor.pk == area.pk or successor.code.startswith(area.code) or successor.county != area.county:
        raise Refused("承接单位不能是原单位自己或它的下级，也不能在别的县区。")
    if level_of(area) != level_of(successor):
        raise Refused(f"承接单位应与原单位同级：{area.name}是{area.get_kind_display()}。")
    if on > today:
        raise Refused("撤并日期不能晚于今天；还没有施行的，请届时再登记。")
    if area.valid_to not in (None, on):
        raise Refused(f"台账里{area.name}的失效日期是 {area.valid_to}，撤并日期应与它一致；台账有误请先更正台账。")
    if area.valid_from and on < area.valid_from:
        raise Refused(f"{area.name}自 {area.valid_from} 起才有，撤并日期不能更早。")
    if not Area.objects.in_force(on).filter(pk=successor.pk).exists():
        raise Refused(f"{successor.name}在 {on} 不在有效期内，不能承接。")
    if area.pk in lineage(successor):
        raise Refused(f"{successor.name}又并入了{area.name}，两者不能互相承接。")


def level_of(area: Area) -> tuple[AreaKind, ...] | None:
    """The kinds of the area's level; None for the district, which goes into nothing."""
    return next((kinds for kinds in LEVELS if area.kind in kinds), None)


def lineage(area: Area) -> list[str]:
    """The codes of what the area went into, one after the other."""
    codes: list[str] = []
    coming = [area.pk]
    while coming:
        heirs = Succession.objects.filter(area_id__in=coming).exclude(successor_id__in=codes).order_by("pk")
        coming = list(dict.fromkeys(heirs.values_list("successor_id", flat=True)))
        codes += coming
    return codes


@transaction.atomic
def revoke(*, succession: Succession, reason: str, by) -> None:
    """Take a wrong record back; what it said stays in the audit trail. The area's end stays as the ledger has it."""
    _permit(succession.area, by)
    reason = reason.strip()
    if not reason:
        raise Refused("撤回登记必须写明原因。")
    said = _told(succession) | {"reason": reason}
    if not Succession.objects.filter(pk=succession.pk).delete()[0]:
        raise Refused("这条登记已经撤回，请刷新页面查看。")
    audit.record(action="succession.revoke", by=by, subject=succession, detail=said)


def _permit(area: Area, by) -> None:
    if not by.may(Power.RECORD_SUCCESSIONS) or not by.scope.holds(area.code):
        raise PermissionDenied(refusal(by, (Power.RECORD_SUCCESSIONS,)))


def _told(row: Succession) -> dict:
    return {
        "area": row.area_id,
        "successor": row.successor_id,
        "kind": row.kind,
        "on": row.on.isoformat(),
        "document": row.document,
        "carries_title": row.carries_title,
    }


def candidates(area: Area, on: date) -> list[Area]:
    """What may take an area over: those of its level that are in force; for a leaf those of its township."""
    kinds = level_of(area) or ()
    found = Area.objects.in_force(on).filter(kind__in=kinds, county=area.county).exclude(pk=area.pk)
    if area.kind in LEAVES:
        found = found.beneath(area.code[:9])
    return list(found.select_related("parent").order_by("code"))
