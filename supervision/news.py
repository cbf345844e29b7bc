"""What changed since a moment: lights that turned, thresholds that were crossed, matters with news; and when one last looked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Q
from django.utils import timezone

from acceptance import wording
from acceptance.judging import standing
from acceptance.judging.standing import CountyStanding
from acceptance.models import Basis, MilestoneVerdict
from acceptance.verdicts.marks import Mark, milestone_mark
from accounts.posts import Power
from areas.models import Area
from common import clock
from common.periods import Quarter
from figures.address import figure
from inbox.items import mark_seen
from supervision.models import Matter, Threshold

SHOWN = 6
"""Lights that a first page names; of the others it says how many there are."""

LOOKED = "home/looked"
"""The key of the seen mark: its version says since when news are told, and when the person looked last."""
SITTING = timedelta(hours=1)
"""Looks that follow one another within an hour are one sitting, throughout which the same news are told."""
_NOT_WRITTEN = timedelta(minutes=5)


@dataclass(frozen=True)
class TurnedLight:
    """A milestone in one scope that stands otherwise than it stood at a moment."""

    key: str
    area: Area
    title: str
    before: Mark
    now: Mark
    url: str

    @property
    def sentence(self) -> str:
        return f"{self.area.name} {self.key} {self.title}：{self.before.text} → {self.now.text}"


@dataclass(frozen=True)
class News:
    """What changed ``since`` a moment."""

    since: datetime
    lights: list[TurnedLight]
    thresholds: list[Threshold]
    matters: list[Matter]

    @property
    def shown(self) -> list[TurnedLight]:
        return self.lights[:SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.lights) - SHOWN)

    @property
    def is_empty(self) -> bool:
        return not (self.lights or self.thresholds or self.matters)


def news(user, now: datetime, seen: Mapping[str, str]) -> News | None:
    """What changed since the person's last sitting, for a first page; None for whoever looks for the first time.

    ``seen`` are the person's seen marks. That she looks now is kept, which is the only thing that is written.
    """
    since = _looked(user, now, seen.get(LOOKED, ""))
    if since is None:
        return None
    matters = Matter.objects.visible_to(user).annotate(latest=Max("moves__at", filter=~Q(moves__by=user)))
    crossed = Threshold.objects.visible_to(user).filter(crossed_at__gt=since).select_related("area")
    return News(
        since,
        turned(user, since, now.date()),
        list(crossed),
        list(matters.filter(latest__gt=since).order_by("-latest", "pk")[:SHOWN]),
    )


def _looked(user, now: datetime, mark: str) -> datetime | None:
    """Since when news are told to the person, who looks now; ``mark`` says that, and when she looked last."""
    since, at = (datetime.fromisoformat(text) if text else None for text in (mark or " ").split(" "))
    is_new = at is None or not timedelta() <= now - at < SITTING
    since = at if is_new else since
    if is_new or now - at >= _NOT_WRITTEN:
        mark_seen(user, {LOOKED: " ".join(moment.isoformat() if moment else "" for moment in (since, now))})
    return since


def turned(user, since: datetime, on: date) -> list[TurnedLight]:
    """The scored milestones in a person's scope that stand otherwise than they stood at a moment, each as seen from the latest
    quarter that had ended; two queries, none where nothing was judged since.
    """
    if not user.scope.area or not user.may(Power.SEE_PROGRESS):
        return []
    given = standing.of(user.scope.area[:6])
    before, now = _viewed(given, timezone.localtime(since).date()), _viewed(given, on)
    if given.is_never or now is None or (before == now and given.judged_at <= since):
        return []
    stood = _lights(
        user, given, before or now, Q(judged_at__lte=since) & (Q(superseded_at=None) | Q(superseded_at__gt=since))
    )
    found = []
    for subject, row in _lights(user, given, now, Q(superseded_at=None)).items():
        was = stood.get(subject)
        if was and milestone_mark(was) != milestone_mark(row):
            found.append(_turned(given, row, milestone_mark(was), now))
    return found


def _viewed(given: CountyStanding, on: date) -> Quarter | None:
    """The latest judged quarter that had ended on a day; None where none had."""
    return max((quarter for quarter in given.quarters if quarter.last_day < on), default=None)


def _lights(user, given: CountyStanding, quarter: Quarter, at: Q) -> dict[tuple[str, str], MilestoneVerdict]:
    rows = MilestoneVerdict.objects.visible_to(user).filter(
        at, county=user.scope.area[:6], period=str(quarter), basis=Basis.APPROVED, scored=True
    )
    known = {milestone.key for milestone in given.plan.milestones}
    found = rows.select_related("area").order_by("due", "key", "area_id", "pk")
    return {(row.key, row.area_id): row for row in found if row.key in known}


def _turned(given: CountyStanding, row: MilestoneVerdict, before: Mark, quarter: Quarter) -> TurnedLight:
    title = wording.milestone_title(given.plan.milestone(row.key))
    return TurnedLight(
        row.key, row.area, title, before, milestone_mark(row), figure(row.key, area=row.area, quarter=quarter)
    )


def told(user, since: datetime) -> Iterable[str]:
    """What turned since the last mail, a line for each light."""
    return [light.sentence for light in turned(user, since, clock.today())]
