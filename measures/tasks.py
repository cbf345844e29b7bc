"""What records of measures put into the inbox: what came back, what is to be confirmed, what is missing."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from django.db.models import Count, Max, Min, Prefetch
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import AuditEntry, User
from accounts.posts import Power
from common.clock import today
from inbox.hooks import InboxItem
from inbox.places import of_rows
from measures import late
from measures.kinds import BUREAU_POSTS, KINDS
from measures.models import MeasureMove, MeasureRecord
from measures.moves import may_confirm
from measures.sides import side_of
from measures.vocabulary import MeasureState

KIND = "措施台账"


def pending(user: User) -> list[InboxItem]:
    """For whoever enters: what came back, what waits, what is missing; for whoever confirms: so many of each kind."""
    if not user.may(Power.SEE_MEASURES):
        return []
    return [*_returned(user), *_to_confirm(user), *_missing(user)]


def _returned(user: User) -> Iterator[InboxItem]:
    if not user.may(Power.ENTER_MEASURES):
        return
    moves = Prefetch("moves", MeasureMove.objects.select_related("by").order_by("pk"))
    rows = MeasureRecord.objects.filter(side=side_of(user), state=MeasureState.RETURNED).prefetch_related(moves)
    for record in rows.order_by("pk"):
        last = list(record.moves.all())[-1]
        yield InboxItem(
            key=f"measure/{record.pk}",
            version=str(record.version),
            kind=KIND,
            title=str(record),
            url=record.get_absolute_url(),
            state=record.get_state_display(),
            since=last.at,
            words=f"{last.by}：{last.reason}" if last.reason else "",
        )


def _to_confirm(user: User) -> Iterator[InboxItem]:
    """A line a kind, however many wait; one's own are for others."""
    kinds = [kind.key for kind in KINDS.values() if may_confirm(kind, user)]
    if not kinds:
        return
    rows = MeasureRecord.objects.filter(county=user.area_id, state=MeasureState.SENT, kind__in=kinds)
    rows = rows.exclude(versions__by=user).order_by("kind").values("kind")
    waiting = rows.annotate(count=Count("pk"), since=Min("begun_at"), latest=Max("begun_at"), last=Max("pk"))
    for row in waiting:
        kind = KINDS[row["kind"]]
        yield InboxItem(
            key=f"measures/{kind.key}",
            version=f"{row['count']}-{row['last']}",
            kind=KIND,
            title=f"{kind.title}待确认 {row['count']} 条",
            url=f"{reverse('measures:records')}?{urlencode({'kind': kind.key, 'state': MeasureState.SENT})}",
            state=MeasureState.SENT.label,
            since=row["since"],
            latest=row["latest"],
        )


def _missing(user: User) -> Iterator[InboxItem]:
    """What is missing: of the own unit each kind that is missing; with the bureau a line a kind of what others owe."""
    side = side_of(user)
    if not side:
        return
    owed = late.shown_to(user, today())
    for each in owed:
        if each.side == side:
            yield InboxItem(
                key=f"measures/owed/{each.kind.key}",
                version=each.what[:60],
                kind=KIND,
                title=each.what,
                url=each.url,
                state="未登记",
                due=each.due,
            )
    if user.post in BUREAU_POSTS:
        yield from _owed_by_others([each for each in owed if each.side != side])


def _owed_by_others(owed: list[late.OwedRecord]) -> Iterator[InboxItem]:
    by_kind = sorted(owed, key=lambda each: each.kind.key)
    for key, group in groupby(by_kind, key=lambda each: each.kind.key):
        whom = [each.whom for each in group]
        yield InboxItem(
            key=f"measures/owing/{key}",
            version=str(len(whom)),
            kind=KIND,
            title=f"{KINDS[key].title}：{len(whom)} 个单位尚未登记",
            url=f"{reverse('measures:records')}?{urlencode({'kind': key})}",
            state="未登记",
            who="、".join(whom),
        )


def places(user: User, entries: list[AuditEntry]) -> Mapping[int, str]:
    """Where the records lie of which entries of the trail tell."""
    return of_rows(entries, MeasureRecord.objects.visible_to(user), "measures:record")
