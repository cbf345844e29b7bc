"""Entering what was published about early finishers, where, when, under which headline; correcting it, withdrawing it."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts import audit
from accounts.posts import Power
from areas.models import Area
from common.clock import now
from common.exceptions import Refused
from inspection.models import Publication, PublicationState
from inspection.vocabulary import Medium

_LONGEST_REASON = 300


@dataclass(frozen=True)
class Published:
    """A publication as typed into the form: ``medium`` a code of ``Medium``, ``published_on`` as 2018-07-20, ``address`` may be blank."""

    medium: str
    outlet: str
    headline: str
    published_on: str
    address: str = ""


@transaction.atomic
def publish(*, area: Area, milestone: str, said: Published, on: date, by) -> Publication:
    """Keep a publication; Refused with a sentence where something is missing, wrong or entered already."""
    _permit(area, by)
    row = _entered(area=area, milestone=milestone, by=by, **_checked(said, on))
    audit.record(
        action="publicity.enter", by=by, subject=row, detail={"headline": row.headline, "milestone": milestone}
    )
    return row


def _permit(area: Area, by) -> None:
    if not by.may(Power.PUBLICISE) or not by.scope.holds(area.code):
        raise PermissionDenied("您的岗位不能登记宣传报道。")


def _entered(**fields) -> Publication:
    try:
        with transaction.atomic():
            return Publication.objects.create(**fields)
    except IntegrityError:
        raise Refused("该报道已登记。") from None


@transaction.atomic
def correct(*, publication: Publication, said: Published, reason: str, on: date, by) -> Publication:
    """Enter anew what was wrong (更正): the old entry stays to be read, with why; Refused when it no longer stands."""
    _permit(publication.area, by)
    fields = _checked(said, on)
    changed = {name: [str(getattr(publication, name)), str(new)] for name, new in fields.items()}
    changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
    if not changed:
        raise Refused("没有改动，无须更正。")
    reason = _end(publication, PublicationState.CORRECTED, reason, by)
    row = _entered(area=publication.area, milestone=publication.milestone, by=by, corrects=publication, **fields)
    audit.record(action="publicity.correct", by=by, subject=row, detail=changed | {"reason": reason})
    return row


@transaction.atomic
def withdraw(*, publication: Publication, reason: str, by) -> None:
    """What was entered by mistake, or taken back by its outlet (撤下), no longer counts; it stays to be read."""
    _permit(publication.area, by)
    reason = _end(publication, PublicationState.WITHDRAWN, reason, by)
    audit.record(action="publicity.withdraw", by=by, subject=publication, detail={"reason": reason})


def _end(publication: Publication, state: PublicationState, reason: str, by) -> str:
    """Only one of many who end an entry wins; the reason as it was kept."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > _LONGEST_REASON:
        raise Refused(
            f"请写明{'更正' if state == PublicationState.CORRECTED else '撤下'}的原因，最多 {_LONGEST_REASON} 字。"
        )
    standing = Publication.objects.filter(pk=publication.pk, state=PublicationState.STANDING)
    if not standing.update(state=state, ended_reason=reason, ended_by=by, ended_at=now()):
        raise Refused("未办理：该报道已由他人更正或撤下，请刷新页面查看。")
    return reason


def _checked(said: Published, on: date) -> dict:
    outlet, headline = (" ".join(text.split()) for text in (said.outlet, said.headline))
    if said.medium not in Medium.values:
        raise Refused("请选择渠道。")
    for label, text, longest in (("刊播单位", outlet, 60), ("标题", headline, 100)):
        if not text:
            raise Refused(f"请填写{label}。")
        if len(text) > longest:
            raise Refused(f"{label}过长（{len(text)} 字），最多 {longest} 字。")
    try:
        published_on = date.fromisoformat(said.published_on)
    except ValueError:
        raise Refused("请填写刊播日期，例如 2018-07-20。") from None
    if published_on > on:
        raise Refused("刊播日期不能晚于今天。")
    address = said.address.strip()
    if address and not _is_web(address):
        raise Refused("网址应以 http:// 或 https:// 开头，最多 300 个字符；没有网址请留空。")
    return {
        "medium": said.medium,
        "outlet": outlet,
        "headline": headline,
        "published_on": published_on,
        "address": address,
    }


def _is_web(address: str) -> bool:
    try:
        return len(address) <= 300 and urlsplit(address).scheme in ("http", "https")
    except ValueError:
        return False
