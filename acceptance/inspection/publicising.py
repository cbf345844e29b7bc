"""Entering what was published about early finishers: where, when, under which headline."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from acceptance.inspection.models import Publication
from acceptance.inspection.moves import Refused
from acceptance.inspection.vocabulary import Medium
from accounts import audit
from accounts.posts import Power
from areas.models import Area


@dataclass(frozen=True)
class Published:
    """As typed: ``medium`` a code of ``Medium``, ``published_on`` as 2018-07-20, ``address`` may be blank."""

    medium: str
    outlet: str
    headline: str
    published_on: str
    address: str = ""


@transaction.atomic
def publish(*, area: Area, milestone: str, said: Published, on: date, by) -> Publication:
    """Keep a publication; Refused with a sentence where something is missing, wrong or entered already."""
    if not by.may(Power.PUBLICISE) or not by.scope.holds(area.code):
        raise PermissionDenied("您的岗位不能登记宣传报道。")
    fields = _checked(said, on)
    try:
        with transaction.atomic():
            row = Publication.objects.create(area=area, milestone=milestone, by=by, **fields)
    except IntegrityError:
        raise Refused("这篇报道已经登记过。") from None
    audit.record(
        action="publicity.enter", by=by, subject=row, detail={"headline": row.headline, "milestone": milestone}
    )
    return row


def _checked(said: Published, on: date) -> dict:
    outlet, headline = (" ".join(text.replace("\0", "").split()) for text in (said.outlet, said.headline))
    if said.medium not in Medium.values:
        raise Refused("请选择渠道。")
    for label, text, longest in (("刊播单位", outlet, 60), ("标题", headline, 100)):
        if not text:
            raise Refused(f"请填写{label}。")
        if len(text) > longest:
            raise Refused(f"{label}太长（{len(text)} 字），最多 {longest} 字。")
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
