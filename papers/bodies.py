"""The bodies that issue documents (发文机关): what each is called, how it numbers, whom to ask; and whose a person's is.

What its office has entered counts, then what ``bodies.toml`` delivers for the county, then the names of its area.
"""

import tomllib
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.posts import Post, Power
from areas.dated import then
from areas.models import Area
from areas.vocabulary import AreaKind
from common.exceptions import Refused, Stale
from papers.models import BodyRole, IssuingBody, Numbering

_FILE = Path(__file__).with_name("bodies.toml")

OF_POST = {
    Post.CLERK: BodyRole.TOWNSHIP,
    Post.TOWNSHIP_HEAD: BodyRole.TOWNSHIP,
    Post.REVIEWER: BodyRole.BUREAU,
    Post.BUREAU_HEAD: BodyRole.BUREAU,
    Post.GOVERNMENT: BodyRole.GOVERNMENT,
}
"""Whose papers the people of a post write, check and sign."""


@dataclass(frozen=True)
class Issuer:
    """``name`` signs, ``mark`` stands in the red head, ``code`` begins the number; of a letter ``letter_code``.

    ``office`` prints (印发机关); ``contact`` and ``phone`` say whom to ask; ``numbering`` is a ``Numbering``. ``version``
    0: its office has entered nothing.
    """

    name: str
    code: str
    letter_code: str = ""
    office: str = ""
    contact: str = ""
    phone: str = ""
    numbering: str = Numbering.PORTAL
    needs_check: bool = False
    role: str = ""
    area: str = ""
    version: int = 0

    @property
    def mark(self) -> str:
        return f"{self.name}文件"

    def asked(self, person=None) -> str:
        """附注: whom to ask, and by which telephone; ``person`` where the office has named nobody; blank where nobody is known."""
        name, phone = self.contact, self.phone
        if not name and person is not None:
            name, phone = person.name, person.phone or phone
        said = (f"联系人：{name}" if name else "", f"联系电话：{phone}" if phone else "")
        return "，".join(filter(None, said))


def bureau(district: Area, on: date) -> Issuer:
    """区经济和信息化局, as it is called on a day."""
    (district,) = then([copy(district)], on)
    return _entered(
        Issuer(f"{district.name}经济和信息化局", f"{_stem(district.name)[:1]}区经信"), BodyRole.BUREAU, district
    )


def government(district: Area, on: date) -> Issuer:
    """区人民政府, as it is called on a day."""
    (district,) = then([copy(district)], on)
    return _entered(
        Issuer(f"{district.name}人民政府", f"{_stem(district.name)[:1]}区府"), BodyRole.GOVERNMENT, district
    )


def township(area: Area, on: date) -> Issuer:
    """A town's 人民政府, a street's 办事处, as it is on a day; the area's parent is asked for its name."""
    district = area.parent
    (area,) = then([copy(area)], on)
    county = government(district, on).name if district else ""
    if area.kind == AreaKind.STREET:
        body = Issuer(f"{county}{area.name}办事处", f"{_stem(area.name)}办")
    else:
        body = Issuer(f"{county.removesuffix('人民政府')}{area.name}人民政府", f"{_stem(area.name)}府")
    return _entered(body, BodyRole.TOWNSHIP, area)


def body_of(user, on: date) -> Issuer | None:
    """The body in whose name a person works; None for a post of none."""
    role = OF_POST.get(user.post)
    return body_at(user.area, role, on) if role and user.area else None


def body_at(area: Area, role: str, on: date) -> Issuer:
    return {BodyRole.BUREAU: bureau, BodyRole.GOVERNMENT: government, BodyRole.TOWNSHIP: township}[BodyRole(role)](
        area, on
    )


def _entered(body: Issuer, role: BodyRole, area: Area) -> Issuer:
    """The body with what its office entered, else with what is delivered."""
    row = IssuingBody.objects.filter(area_id=area.pk, role=role).first()
    said: Mapping = row.said if row else _delivered().get(area.pk, {}).get(role, {})
    body = replace(body, **{name: value for name, value in said.items() if value})
    return replace(
        body,
        letter_code=body.letter_code or f"{body.code}函",
        office=body.office or f"{body.name}办公室",
        role=role,
        area=area.pk,
    )


@cache
def _delivered() -> dict[str, dict]:
    """By the code of a county and the role what the file says."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _stem(name: str) -> str:
    """清城 of 清城区, 源潭 of 源潭镇."""
    for ending in ("街道", "镇", "乡", "区", "县", "市"):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def require_office(body: Issuer | None, by) -> Issuer:
    """The body of ``by``, who keeps its office; else PermissionDenied."""
    if body is None or not by.may(Power.KEEP_OFFICE):
        raise PermissionDenied("您的岗位不能维护发文机关和发文字号。")
    return body


@transaction.atomic
def enter(*, body: Issuer | None, said: Mapping[str, str | bool], seen: int, by) -> IssuingBody:
    """Keep what the office says of its body; Stale where somebody did since ``seen``, Refused where nothing changed."""
    body = require_office(body, by)
    before = {name: getattr(body, name) for name in said}
    changed = {name: [before[name], value] for name, value in said.items() if value != before[name]}
    if not changed:
        raise Refused("没有改动，未保存。")
    if seen != body.version:
        raise Stale("页面打开后，他人已修改发文机关信息。请重新打开，核对后修改。")
    row, _ = IssuingBody.objects.get_or_create(
        area_id=body.area, role=body.role, defaults={"version": 0, "name": body.name, "code": body.code}
    )
    is_ours = IssuingBody.objects.filter(pk=row.pk, version=seen).update(**said, version=seen + 1)
    if not is_ours:
        raise Stale("页面打开后，他人已修改发文机关信息。请重新打开，核对后修改。")
    row.refresh_from_db()
    audit.record(action="body.enter", by=by, subject=row, detail=changed)
    return row
