"""To which area or site a typed name or code leads, among those in a person's sight."""

from dataclasses import dataclass

from django.db.models import Q

from areas.models import Area, Site
from areas.vocabulary import AreaKind
from common.clock import today
from common.filters import folded
from measures.kinds import MeasureKind
from measures.vocabulary import Belongs

_NAMED = 5


class NoSubject(ValueError):
    """Nothing, or not one thing only, is called so; the message is a Chinese sentence."""


@dataclass(frozen=True)
class MeasureSubject:
    """The area of a record, and the site where it belongs to one."""

    area: Area
    site: Site | None = None

    @property
    def code(self) -> str:
        """By which a form names it again."""
        return self.site.site_id if self.site else self.area.code


def subject(kind: MeasureKind, user, text: str) -> MeasureSubject:
    """What ``text``, a code or a name, means for a kind; NoSubject where it is nothing or several things."""
    typed = folded(text)
    found = [MeasureSubject(area) for area in _areas(kind, user).filter(Q(code=typed) | Q(name=typed))[: _NAMED + 1]]
    found = found or [MeasureSubject(area) for area in _by_full_name(kind, user, typed)]
    if kind.belongs == Belongs.PLACE and not found:
        sites = Site.objects.visible_to(user).in_force(today()).filter(Q(site_id=typed) | Q(name=typed))
        found = [MeasureSubject(site.area, site) for site in sites.select_related("area__parent")[: _NAMED + 1]]
    exact = [each for each in found if each.code == typed]
    if len(exact or found) == 1:
        return (exact or found)[0]
    what = "小区" if kind.belongs == Belongs.ESTATE else "区域或点位" if kind.belongs == Belongs.PLACE else "区域"
    if not found:
        raise NoSubject(f"管辖范围内没有名称或编码为“{typed}”的{what}，请核对后重新填写。")
    names = "、".join(f"{each.area.full_name}（{each.code}）" for each in found[:_NAMED])
    raise NoSubject(f"“{typed}”可指 {names}{'等' if len(found) > _NAMED else ''}，请填编码。")


def _areas(kind: MeasureKind, user):
    rows = Area.objects.visible_to(user).in_force(today()).select_related("parent").order_by("code")
    return rows.filter(kind=AreaKind.COMPOUND) if kind.belongs == Belongs.ESTATE else rows


def _by_full_name(kind: MeasureKind, user, typed: str) -> list[Area]:
    """青岗村新庄: the village's name before that of its part."""
    rows = _areas(kind, user).filter(parent__isnull=False)
    starts = [(typed[:cut], typed[cut:]) for cut in range(1, len(typed))]
    asked = Q(pk__in=[])
    for parent, name in starts[:60]:
        asked |= Q(parent__name=parent, name=name)
    return list(rows.filter(asked)[: _NAMED + 1])
