"""What an operator owes: the counts of every township for each quarter that the bureau has opened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.urls import reverse

from accounts.contacts import bureau_of
from accounts.models import User
from accounts.posts import Power
from areas.models import Area
from areas.vocabulary import TOWNSHIPS
from common import clock
from inbox.hooks import InboxItem
from returns.models import OperatorCount, Round


@dataclass(frozen=True)
class CountingProgress:
    """A round as one operator sees it: how many townships it has counted, of how many, and how many villages besides."""

    round: Round
    counted: int
    townships: int
    villages: int

    @property
    def is_complete(self) -> bool:
        return self.counted >= self.townships

    @property
    def label(self) -> str:
        """How far it is, in words."""
        if self.is_complete:
            return "已填齐"
        return f"已填 {self.counted} / {self.townships} 个街镇" if self.counted else "未填报"


def progress(user) -> list[CountingProgress]:
    """Every round with the operator's own counts, the latest first; three queries, however many rounds."""
    rounds = list(Round.objects.order_by("-period", "county"))
    counts = OperatorCount.objects.visible_to(user).order_by()
    own = dict(_by_level(counts.values_list("county", "period", "area__kind").annotate(n=Count("pk"))))
    townships = list(Area.objects.filter(kind__in=TOWNSHIPS, county__in={each.county for each in rounds}))
    return [_progress(each, own, townships) for each in rounds]


def _by_level(rows) -> Iterator[tuple[tuple[str, str, bool], int]]:
    """County, period and whether of townships, with how many."""
    found: dict[tuple[str, str, bool], int] = {}
    for county, period, kind, number in rows:
        key = county, period, kind in TOWNSHIPS
        found[key] = found.get(key, 0) + number
    yield from found.items()


def _progress(round_: Round, own: dict, townships: list[Area]) -> CountingProgress:
    day = round_.quarter.last_day
    owed = sum(each.county == round_.county and _holds(each, day) for each in townships)
    key = round_.county, round_.period
    return CountingProgress(round_, own.get((*key, True), 0), owed, own.get((*key, False), 0))


def _holds(area: Area, day: date) -> bool:
    begun = area.valid_from is None or area.valid_from <= day
    return begun and (area.valid_to is None or day < area.valid_to)


def pending(user: User) -> list[InboxItem]:
    """What the operator has still to count today."""
    return owed_by(user, clock.today())


def owed_by(user, on: date) -> list[InboxItem]:
    """What the operator has still to count, the oldest first; nothing overdue disappears."""
    if not user.may(Power.ENTER_COUNTS):
        return []
    return sorted((_item(each, on) for each in progress(user) if not each.is_complete), key=lambda item: item.due)


def _item(each: CountingProgress, on: date) -> InboxItem:
    left = (each.round.due - on).days
    notice = f"还有 {left} 天截止。" if 0 < left <= 5 else "今天截止。" if left == 0 else ""
    return InboxItem(
        key=f"counts/{each.round.pk}",
        version="",
        kind="用户数",
        title=f"{each.round.quarter.label}用户数",
        url=reverse("returns:counts", args=[each.round.county, each.round.quarter]),
        state=each.label,
        since=each.round.opened_at,
        due=each.round.due,
        words=f"{notice}{each.round.note}",
        other=bureau_of(each.round.county),
    )
