"""What followed matters and thresholds put into the inbox."""

from collections.abc import Iterator, Mapping

from django.db.models import Prefetch
from django.urls import reverse

from accounts.models import AuditEntry, User
from accounts.posts import Power
from accounts.units import Addressee
from inbox.hooks import InboxAct, InboxItem
from inbox.places import of_rows
from supervision.models import Matter, MatterMove, Threshold
from supervision.vocabulary import MatterState

NOTICE = "提醒"


def pending(user: User) -> list[InboxItem]:
    """The open matters that are addressed to one's unit or that one decides, and one's own thresholds that were crossed."""
    return [*_matters(user), *_crossed(user)]


def _matters(user: User) -> Iterator[InboxItem]:
    unit, is_author = Addressee.of(user), user.may(Power.WRITE_REMARKS)
    seen = Matter.objects.visible_to(user).open()
    if user.may(Power.HANDLE_MATTERS) and unit:
        yield from (_handled(matter) for matter in _rows(seen.filter(unit.condition)))
    if is_author:
        written = _rows(seen.filter(county=user.area_id, author_post=user.post))
        yield from (_decided(matter) for matter in written if matter.is_decided_by(user))


def _rows(matters) -> list[Matter]:
    moves = Prefetch("moves", MatterMove.objects.select_related("by").order_by("pk"))
    return list(matters.select_related("author").prefetch_related(moves, "figures__area").order_by("due_on", "pk"))


def _handled(matter: Matter) -> InboxItem:
    """For the unit addressed: to be signed for, handled, or waiting for the author's word."""
    last = list(matter.moves.all())[-1]
    is_reported = matter.state == MatterState.REPORTED
    return InboxItem(
        **_common(matter),
        since=last.at,
        due=None if is_reported else matter.due_on,
        who=matter.author.name if is_reported else "",
        words=f"{last.by}：{last.reason or matter.text}",
    )


def _decided(matter: Matter) -> InboxItem:
    """For who wrote it: with the unit, or reported and to be decided."""
    last = list(matter.moves.all())[-1]
    is_reported = matter.state == MatterState.REPORTED
    return InboxItem(
        **_common(matter),
        since=last.at,
        due=None if is_reported else matter.due_on,
        who="" if is_reported else matter.to_unit,
        words=f"{last.by}：{last.reason}" if is_reported else matter.text,
    )


def _common(matter: Matter) -> dict:
    figure = next(iter(matter.figures.all()), None)
    return {
        "key": f"matter/{matter.pk}",
        "version": str(matter.version),
        "kind": matter.get_kind_display(),
        "title": str(figure) if figure else matter.text[:40],
        "url": matter.get_absolute_url(),
        "state": matter.get_state_display(),
    }


def _crossed(user: User) -> Iterator[InboxItem]:
    rows = Threshold.objects.visible_to(user).filter(crossed_at__isnull=False, is_noted=False).select_related("area")
    for each in rows:
        yield InboxItem(
            key=f"threshold/{each.pk}",
            version=str(each.times),
            kind=NOTICE,
            title=f"{each.area.name}{each.title}（{each.part}）{each.bound_words}",
            url=each.address,
            state=f"现为 {each.now}",
            since=each.crossed_at,
            acts=(InboxAct(label="已知悉", url=reverse("supervision:threshold_noted", args=[each.pk])),),
        )


def places(user: User, entries: list[AuditEntry]) -> Mapping[int, str]:
    """Where the matters lie of which entries of the trail tell."""
    return of_rows(entries, Matter.objects.visible_to(user), "supervision:matter")
